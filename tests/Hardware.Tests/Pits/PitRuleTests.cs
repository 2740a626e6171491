// The rule book of the 8254. The rules lie in files by concern; each is checked through the ports and the line alone, once
// without a fault and once with the fault that breaks it.

using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>The 8254 keeps every rule of its manual.</summary>
public sealed class PitRuleTests
{
    internal static readonly RuleBook<PitDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<PitDefect> Write()
    {
        var book = new RuleBook<PitDefect>("8254", "Intel 8254 data sheet (231164); port 0x61: ICH south bridge");
        PitWriteRules.AddTo(book);
        PitReadRules.AddTo(book);
        PitOneTimeRules.AddTo(book);
        PitPeriodicRules.AddTo(book);
        PitBoardRules.AddTo(book);
        return book;
    }
}
