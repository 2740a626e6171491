// The rule book of the 8254. The rules lie in files by concern; each is checked through the ports and the line alone, once
// without a fault and once with the fault that breaks it.

namespace Managarm.Perf.Hardware.Tests;

/// <summary>The 8254 keeps every rule of its manual.</summary>
public sealed class PitRuleTests
{
    internal static readonly RuleBook<PitFault> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fault_is_caught(string rule) => Book.CheckWithFault(rule);

    [Fact]
    public void Every_fault_belongs_to_a_rule() => Book.CheckFaultsAreUsed();

    private static RuleBook<PitFault> Write()
    {
        var book = new RuleBook<PitFault>("8254", "Intel 8254 data sheet (231164); port 0x61: ICH south bridge");
        PitWriteRules.AddTo(book);
        PitReadRules.AddTo(book);
        PitOneTimeRules.AddTo(book);
        PitPeriodicRules.AddTo(book);
        PitBoardRules.AddTo(book);
        return book;
    }
}
