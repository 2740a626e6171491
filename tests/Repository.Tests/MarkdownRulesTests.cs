// Each Markdown rule reports a bad sample at its line and accepts a good one. The samples are a tiny handbook of a README
// and one page, because links are a property of the whole tree.
namespace Managarm.Perf.Repository.Tests;

/// <summary>The rules for pages can fail.</summary>
public sealed class MarkdownRulesTests
{
    private const string start = "README.md";
    private const string page = "docs/page.md";

    [Theory]
    [InlineData("[x](docs/missing.md)")]
    [InlineData("[x](#nowhere)")]
    [InlineData("[x](docs/page.md#nowhere)")]
    [InlineData("[x](docs/page.md#in-a-block)")]
    [InlineData("![x](docs/missing.svg)")]
    [InlineData("[x]: docs/missing.md")]
    [InlineData("[x](missing/)")]
    public void A_broken_link_is_reported(string link) => Expect.One(MarkdownRules.BrokenLinks(Handbook(link)), start, 3);

    [Theory]
    [InlineData("[x](docs/page.md)")]
    [InlineData("[x](./docs/page.md#a-heading-with-code)")]
    [InlineData("[x](docs/page.md#again-1)")]
    [InlineData("[x](<docs/page.md> \"title\")")]
    [InlineData("[x](#start)")]
    [InlineData("[x](docs)")]
    [InlineData("[x](https://example.test/missing.md)")]
    [InlineData("`[x](docs/missing.md)`")]
    [InlineData("```\n[x](docs/missing.md)\n```")]
    public void A_good_link_is_accepted(string link) => Assert.Empty(MarkdownRules.BrokenLinks(Handbook(link)));

    [Theory]
    [InlineData("no link")]
    [InlineData("`[x](docs/page.md)`")]
    [InlineData("[x](https://example.test/docs/page.md)")]
    public void An_unlinked_page_is_reported(string link) => Expect.One(MarkdownRules.UnlinkedPages(Handbook(link)), page, 1);

    [Fact]
    public void A_page_behind_a_page_is_accepted()
    {
        var first = Handbook("[x](docs/page.md)", next: "[x](second.md)");
        IReadOnlyList<SourceFile> files = [.. first, new("docs/second.md", "# Second\n")];
        Assert.Empty(MarkdownRules.UnlinkedPages(files));
    }

    private static IReadOnlyList<SourceFile> Handbook(string link, string next = "[back](../README.md#start)") =>
    [
        new(start, $"# Start\n\n{link}\n"),
        new(page, $"# A heading, with `code`!\n## Again\n## Again\n```\n# In a block\n```\n{next}\n"),
    ];
}
