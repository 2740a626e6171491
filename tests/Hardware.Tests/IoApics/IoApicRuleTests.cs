// The rule book of the I/O APIC. The rules lie in files by concern; each is checked through index, window, lines and bus alone,
// as a driver and the devices would, once without a fault and once with the fault that breaks it.

using Managarm.Perf.Hardware.IoApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>The I/O APIC keeps every rule of its manual.</summary>
public sealed class IoApicRuleTests
{
    internal static readonly RuleBook<IoApicDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<IoApicDefect> Write()
    {
        var book = new RuleBook<IoApicDefect>("I/O APIC", "Intel 82093AA data sheet (290566); EOI register: ICH south bridges");
        IoApicRegisterRules.AddTo(book);
        IoApicEdgeRules.AddTo(book);
        IoApicLevelRules.AddTo(book);
        IoApicEndRules.AddTo(book);
        IoApicPendingRules.AddTo(book);
        IoApicMessageRules.AddTo(book);
        return book;
    }
}
