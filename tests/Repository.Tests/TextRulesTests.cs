// Each text rule reports a bad sample at its line and accepts a good one. The samples of forbidden words are written in two
// halves, so that the real tree, which holds this file, stays clean.
namespace Managarm.Perf.Repository.Tests;

/// <summary>The rules for every text file can fail.</summary>
public sealed class TextRulesTests
{
    private const string path = "Core/Sample.cs";

    [Fact]
    public void A_tab_is_reported()
    {
        Expect.One(TextRules.Tabs(Sample("a\n\tb\n")), path, 2);
        Assert.Empty(TextRules.Tabs(new SourceFile("Sample.sln", "\tb\n")));
    }

    [Fact]
    public void A_carriage_return_is_reported() => Expect.One(TextRules.CarriageReturns(Sample("a\nb\r\n")), path, 2);

    [Theory]
    [InlineData("a\nb \nc\n")]
    [InlineData("a\n   \nc\n")]
    public void Trailing_white_space_is_reported(string text) => Expect.One(TextRules.TrailingWhiteSpace(Sample(text)), path, 2);

    [Theory]
    [InlineData("", 1)]
    [InlineData("a\nb", 2)]
    [InlineData("a\n\n", 2)]
    public void A_wrong_end_is_reported(string text, int line) => Expect.One(TextRules.FinalNewline(Sample(text)), path, line);

    [Fact]
    public void A_right_end_is_accepted() => Assert.Empty(TextRules.FinalNewline(Sample("a\nb\n")));

    [Fact]
    public void A_wide_line_is_reported()
    {
        Expect.One(TextRules.LineWidth(Sample("a\n" + new string('b', TextRules.LineColumnsMax + 1) + "\n")), path, 2);
        Assert.Empty(TextRules.LineWidth(Sample(new string('b', TextRules.LineColumnsMax) + "\n")));
    }

    [Theory]
    [InlineData("// TO" + "DO: later")]
    [InlineData("// FIX" + "ME")]
    [InlineData("// HA" + "CK around it")]
    [InlineData("// X" + "XX")]
    [InlineData("throw new NotImplemented" + "Exception();")]
    public void An_unfinished_marker_is_reported(string line) =>
        Expect.One(TextRules.UnfinishedMarkers(Sample("a\n" + line + "\n")), path, 2);

    [Theory]
    [InlineData("/wo" + "rk/main")]
    [InlineData("see (/ro" + "ot/x)")]
    [InlineData("\"/tm" + "p/x\"")]
    [InlineData("/ho" + "me/me/x")]
    public void A_machine_path_is_reported(string line) =>
        Expect.One(TextRules.MachinePaths(Sample("a\n" + line + "\n")), path, 2);

    [Theory]
    [InlineData("docs/wo" + "rk/plan")]
    [InlineData("https://example.test/wo" + "rk/plan")]
    [InlineData("~/wo" + "rk/plan")]
    public void A_relative_path_is_accepted(string line) => Assert.Empty(TextRules.MachinePaths(Sample(line + "\n")));

    [Theory]
    [InlineData("restore from api.nuget" + ".org")]
    [InlineData("registry.npmjs" + ".com")]
    public void A_registry_is_reported(string line) => Expect.One(TextRules.RegistryHosts(Sample("a\n" + line + "\n")), path, 2);

    [Fact]
    public void A_reference_out_of_the_tree_is_reported() =>
        Expect.One(TextRules.OutsideReferences(Sample("a\nsee ../sha" + "red/design.md\n")), path, 2);

    private static SourceFile Sample(string text) => new(path, text);
}
