// The rule book of the clock. The rules lie in files by concern; each is checked through the ports and the line alone, once
// without a fault and once with the fault that breaks it.

using Managarm.Perf.Hardware.Rtcs;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Rtcs;

/// <summary>The clock keeps every rule of its manual.</summary>
public sealed class RtcRuleTests
{
    internal static readonly RuleBook<RtcDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<RtcDefect> Write()
    {
        var book = new RuleBook<RtcDefect>("MC146818A", "Motorola MC146818A data sheet; ports: ICH south bridge");
        RtcPortRules.AddTo(book);
        RtcCalendarRules.AddTo(book);
        RtcUpdateRules.AddTo(book);
        RtcInterruptRules.AddTo(book);
        return book;
    }
}
