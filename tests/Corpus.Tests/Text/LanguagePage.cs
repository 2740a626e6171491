// The page that specifies the language, cut into what tests look at: sections, fenced blocks, tables. The page is the truth and
// the scenario is compared with it, so a test never repeats what the page says.

using System.Text.RegularExpressions;

namespace Managarm.Perf.Corpus.Tests.Text;

/// <summary>Parts of docs/language.md.</summary>
internal static partial class LanguagePage
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "language.md"));

    /// <summary>A section from its heading to the next heading of the same or a higher level.</summary>
    internal static string Section(string heading)
    {
        // A comment in an example looks like a heading.
        var headings = Heading().Matches(Fence().Replace(Text, block => new string('.', block.Length)));
        var match = headings.Single(found => found.Groups["title"].Value == heading);
        var level = match.Groups["level"].Length;
        var next = headings.FirstOrDefault(found =>
            found.Index > match.Index && found.Groups["level"].Length <= level);
        return Text[match.Index..(next?.Index ?? Text.Length)];
    }

    /// <summary>The fenced blocks with this tag in a part of the page, or in the whole page.</summary>
    internal static string[] Blocks(string tag, string? part = null) =>
        [.. Fence().Matches(part ?? Text)
            .Where(match => match.Groups["tag"].Value == tag)
            .Select(match => match.Groups["body"].Value)];

    /// <summary>All words in backticks in a part of the page.</summary>
    internal static string[] Quoted(string part) => [.. Code().Matches(part).Select(match => match.Groups["code"].Value)];

    /// <summary>The cells of the first column of all tables in a part of the page, without backticks.</summary>
    internal static string[] FirstCells(string part) => [.. part.Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => Code().Match(line).Groups["code"].Value)];

    [GeneratedRegex(@"^(?<level>#+) (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```(?<tag>\w*)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`(?<code>[^`\n]+)`")]
    private static partial Regex Code();
}
