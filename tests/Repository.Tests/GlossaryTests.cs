// A code of a window says nothing to a reader who meets it first, so the glossary has every code that a page or a window uses,
// and a page that uses one leads there.
using System.Text.RegularExpressions;

namespace Managarm.Perf.Repository.Tests;

/// <summary>The glossary is complete and can be reached.</summary>
public sealed partial class GlossaryTests
{
    private const string glossary = "docs/glossary.md";

    private static readonly string[] rows =
        [.. RepositoryTree.Files.Single(file => file.Path == glossary).Lines.Where(line => line.StartsWith('|'))];

    [Fact]
    public void Every_code_of_a_page_is_in_the_glossary_and_the_page_leads_there()
    {
        foreach (var page in RepositoryTree.Files.Where(file => file.Is(".md") && file.Path != glossary))
        {
            string[] codes = [.. Code().Matches(page.Text).Select(match => match.Value).Distinct()];
            Assert.True(codes.Length == 0 || page.Text.Contains("glossary.md", StringComparison.Ordinal), page.Path);
            Assert.All(codes, code => Assert.True(HasRow(code), $"{page.Path}: {code} is not in the glossary"));
        }
    }

    [Fact]
    public void Every_window_of_the_bank_is_in_the_glossary()
    {
        var windows = RepositoryTree.Files.Where(file => file.IsUnder("Corpus/windows") && file.Is(".scn"))
            .Select(file => Window().Match(file.Text).Groups[1].Value).Distinct();
        Assert.NotEmpty(windows);
        Assert.All(windows, window => Assert.True(HasRow(window), $"window {window} is not in the glossary"));
    }

    private static bool HasRow(string code) => rows.Any(row =>
        Regex.IsMatch(row.Split('|')[1], $"(^|[ ,]){Regex.Escape(code)}([ ,]|$)"));

    [GeneratedRegex("\\b(O[1-9]|S[0-9]{1,2}|T[1-9]|W[1-9]|R[1-9])\\b")]
    private static partial Regex Code();

    [GeneratedRegex("^# window: (\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Window();
}
