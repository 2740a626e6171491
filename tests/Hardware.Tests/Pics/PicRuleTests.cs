// The rule book of the 8259A pair. The rules lie in files by concern; each is checked through the ports and lines alone, as a
// driver and the devices would, once without a fault and once with the fault that breaks it.

using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>The 8259A pair keeps every rule of its manual.</summary>
public sealed class PicRuleTests
{
    internal static readonly RuleBook<PicDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<PicDefect> Write()
    {
        var book = new RuleBook<PicDefect>("8259A pair", "Intel 8259A data sheet (231468); ELCR: 82371 south bridge");
        PicInputRules.AddTo(book);
        PicInitializationRules.AddTo(book);
        PicPriorityRules.AddTo(book);
        PicEndRules.AddTo(book);
        PicReadRules.AddTo(book);
        PicCascadeRules.AddTo(book);
        return book;
    }
}
