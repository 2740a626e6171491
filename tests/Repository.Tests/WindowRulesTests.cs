// The marks of the windows, on small samples that break each rule, and one that does not. A mark without a scenario and a
// scenario without a mark are both found.
namespace Managarm.Perf.Repository.Tests;

/// <summary>Samples that break the rules for windows, and one that does not.</summary>
public sealed class WindowRulesTests
{
    private static SourceFile Entry { get; } = new("Corpus/windows/late.scn", "# title: late\n# window: O9\nA: read(r, 1)\n");

    [Fact]
    public void A_place_that_names_its_entry_is_right() =>
        Assert.Empty(WindowRules.Marks([Entry, Source("    // Window O9: Corpus/windows/late.scn\n")]));

    [Fact]
    public void An_entry_without_a_place_is_refused() =>
        Assert.Equal("Corpus/windows/late.scn", Assert.Single(WindowRules.Marks([Entry, Source("")])).Path);

    [Theory]
    [InlineData("// Window O9: Corpus/windows/early.scn\n// Window O9: Corpus/windows/late.scn\n", 1)]
    [InlineData("// Window O9: Corpus/windows/late.scn\n// Window O9: Corpus/windows/late.scn\n", 2)]
    public void A_mark_that_names_nothing_or_repeats_is_refused(string text, int line)
    {
        var violation = Assert.Single(WindowRules.Marks([Entry, Source(text)]));
        Assert.Equal(("Servers/Late.cs", line), (violation.Path, violation.Line));
    }

    [Fact]
    public void A_mark_of_another_window_is_refused() => Assert.Contains(
        WindowRules.Marks([Entry, Source("// Window O8: Corpus/windows/late.scn\n")]),
        violation => violation.Path == "Servers/Late.cs");

    private static SourceFile Source(string text) => new("Servers/Late.cs", text);
}
