// What the README and the pages on windows and corpora quote of Fuzz is what it prints today: the finding, the two searches, the
// list, the corpus.

using System.Text.RegularExpressions;
using Managarm.Perf.Fuzz.Tests.Findings;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed partial class PageQuotesTests
{
    [Fact]
    public void The_finding_of_the_README_is_told_as_it_stands_there()
    {
        string quoted = Block(Page("README.md"), "output of a finding");
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("finding.scn", Mark().Replace(ScenarioOf(quoted), ""));
        CommandResult result = CommandRunner.Run("run", path);
        Assert.Equal(quoted, result.Output[..quoted.Length]);
    }

    [Fact]
    public void The_searches_of_the_README_find_what_stands_there()
    {
        string page = Page("README.md");
        using var scratch = new ScratchDirectory();
        int start = page.IndexOf("```scenario\n", StringComparison.Ordinal) + "```scenario\n".Length;
        string path = scratch.Write("my.scn", page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);
        string section = Section(page, "output of a search");
        MatchCollection quotes = Quote().Matches(section);
        Assert.Equal(2, quotes.Count);
        foreach (Match quote in quotes)
        {
            string[] arguments = [.. quote.Groups[1].Value.Split(' ').Select(word => word == "my.scn" ? path : word)];
            Assert.Equal(quote.Groups[2].Value, CommandRunner.Run(arguments).Output);
        }
    }

    [Fact]
    public void The_page_on_windows_lists_every_one()
    {
        string page = Page("docs/windows.md");
        string[] names = [.. Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "Corpus", "windows"), "*.scn")
            .Select(path => Path.GetFileNameWithoutExtension(path)!)];
        foreach (string name in names)
        {
            Assert.Contains($"  {name}\n", page, StringComparison.Ordinal);
        }

        Assert.Contains($"\n{names.Length} of {names.Length} windows behave as their files say", page, StringComparison.Ordinal);
    }

    /// <summary>The page names its scenarios one.scn, two.scn and three.scn, in the folder `mine`.</summary>
    [Fact]
    public void The_page_on_corpora_quotes_what_is_printed()
    {
        string section = Section(Page("docs/corpus.md"), "output of corpus");
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.At("mine"));
        foreach (Match scenario in NamedScenario().Matches(section))
        {
            scratch.Write(Path.Combine("mine", scenario.Groups[1].Value), scenario.Groups[2].Value);
        }

        MatchCollection quotes = Quote().Matches(section);
        Assert.Equal(3, quotes.Count);
        foreach (Match quote in quotes)
        {
            string[] words = quote.Groups[1].Value.Split(' ');
            string[] arguments = [.. words.Select(word => word is "mine" or "small" ? scratch.At(word) : word)];
            string told = CommandRunner.Run(arguments).Output.Replace($"{scratch.Location}/", "", StringComparison.Ordinal);
            Assert.Equal(quote.Groups[2].Value, told);
        }
    }

    private static string Page(string path) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, path));

    private static string Section(string page, string name)
    {
        int begin = page.IndexOf($"<!-- {name}: begin -->", StringComparison.Ordinal);
        int end = page.IndexOf($"<!-- {name}: end -->", StringComparison.Ordinal);
        Assert.InRange(begin, 0, end);
        return page[begin..end];
    }

    private static string Block(string page, string name)
    {
        string section = Section(page, name);
        int start = section.IndexOf("```text\n", StringComparison.Ordinal) + "```text\n".Length;
        return section[start..section.IndexOf("```", start, StringComparison.Ordinal)];
    }

    /// <summary>The scenario with its schedule line, between the first two empty lines of a digest.</summary>
    private static string ScenarioOf(string digest)
    {
        string[] parts = digest.Split("\n\n");
        return string.Concat(parts[1].Split('\n').Select(line => line.Trim() + "\n"));
    }

    [GeneratedRegex("^`(\\w+\\.scn)`:\\n\\n```scenario\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex NamedScenario();

    [GeneratedRegex(" +<-- this call")]
    private static partial Regex Mark();

    [GeneratedRegex(
        "^\\$ dotnet run -c Release --project Fuzz -- ([^\\n]+)\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Quote();
}
