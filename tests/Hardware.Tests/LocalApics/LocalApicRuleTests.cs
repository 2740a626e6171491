// The rule book of the local APIC. The rules lie in files by concern; each is checked through registers, messages and pins
// alone, once without a fault and once with the fault that breaks it.

using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>The local APIC keeps every rule of its manual.</summary>
public sealed class LocalApicRuleTests
{
    internal static readonly RuleBook<LocalApicDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<LocalApicDefect> Write()
    {
        var book = new RuleBook<LocalApicDefect>("Local APIC", "Intel SDM volume 3A, chapter 11");
        LocalApicPriorityRules.AddTo(book);
        LocalApicServiceRules.AddTo(book);
        LocalApicMessageRules.AddTo(book);
        LocalApicDestinationRules.AddTo(book);
        LocalApicCommandRules.AddTo(book);
        LocalApicErrorRules.AddTo(book);
        LocalVectorRules.AddTo(book);
        LocalApicTimerRules.AddTo(book);
        LocalApicDeadlineRules.AddTo(book);
        LocalApicModeRules.AddTo(book);
        LocalApicRegisterRules.AddTo(book);
        return book;
    }
}
