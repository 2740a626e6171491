// The rule book of the HPET. The rules lie in files by concern; each is checked through the registers, the lines and the bus
// alone, once without a fault and once with the fault that breaks it.

using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>The HPET keeps every rule of its specification.</summary>
public sealed class HpetRuleTests
{
    internal static readonly RuleBook<HpetDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<HpetDefect> Write()
    {
        var book = new RuleBook<HpetDefect>("HPET", "IA-PC HPET specification 1.0a");
        HpetGeneralRules.AddTo(book);
        HpetCounterRules.AddTo(book);
        HpetConfigurationRules.AddTo(book);
        HpetOneShotRules.AddTo(book);
        HpetPeriodicRules.AddTo(book);
        HpetLineRules.AddTo(book);
        HpetLegacyRules.AddTo(book);
        HpetMessageRules.AddTo(book);
        return book;
    }
}
