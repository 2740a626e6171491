// docs/a-run.md quotes the trace of one read and says which function made each step. The trace is made again; the functions are
// looked for in the files that the page links to, so a page that has fallen behind a renaming fails here.

using System.Globalization;
using System.Text.RegularExpressions;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed partial class RunPageTests
{
    private const int FirstStep = 17;
    private const int LastStep = 91;

    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "docs");
    private static readonly string Page = File.ReadAllText(Path.Combine(Folder, "a-run.md"));

    [Fact]
    public void The_quoted_trace_is_what_the_command_prints()
    {
        string seed = Path.Combine(RepositoryRoot.Path, "Corpus", "seeds", "device-read-signal.scn");
        string output = CommandRunner.Run("run", seed, "--trace").Output;
        int begin = Page.IndexOf("<!-- output of a trace: begin -->", StringComparison.Ordinal);
        int end = Page.IndexOf("<!-- output of a trace: end -->", StringComparison.Ordinal);
        string quoted = string.Concat(Fence().Matches(Page[begin..end]).Select(match => match.Groups["body"].Value));
        Assert.Contains($"\n{quoted}", output, StringComparison.Ordinal);
        Assert.StartsWith($"{FirstStep} ", quoted.TrimStart(), StringComparison.Ordinal);
        Assert.Contains($"\n         {LastStep} ", quoted, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_quoted_step_has_one_row()
    {
        var steps = new List<int>();
        foreach (Match row in Row().Matches(Page))
        {
            int[] ends = [.. Number().Matches(row.Groups["steps"].Value).Select(Parse)];
            bool isRange = row.Groups["steps"].Value.Contains(" to ", StringComparison.Ordinal);
            steps.AddRange(isRange ? Enumerable.Range(ends[0], ends[1] - ends[0] + 1) : ends);
        }

        Assert.Equal(Enumerable.Range(FirstStep, LastStep - FirstStep + 1), steps);
    }

    [Fact]
    public void Every_function_is_in_the_file_that_it_links_to()
    {
        MatchCollection links = Link().Matches(Page);
        Assert.True(links.Count > 50, $"{links.Count} links");
        foreach (Match link in links)
        {
            string[] name = link.Groups["name"].Value.Split('.');
            string text = File.ReadAllText(Path.Combine(Folder, link.Groups["path"].Value));
            Assert.Matches($@"\b(class|struct|interface|enum) {name[0]}\b", text);
            Assert.True(name.Length == 1 || text.Contains($" {name[1]}(", StringComparison.Ordinal), link.Value);
        }
    }

    private static int Parse(Match number) => int.Parse(number.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^```text\\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^\\| (?<steps>[0-9]+(?:, [0-9]+| to [0-9]+)?) \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex(@"\[`(?<name>[A-Za-z.]+)`\]\((?<path>[A-Za-z/.]+\.cs)\)")]
    private static partial Regex Link();
}
