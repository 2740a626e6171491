// The table of defects, beside this file, against the bank: a row each, in the order of the enumeration, with the sentence of
// the source, the files that ask for it and the protocols in which it is looked for. The hunt that the page of the bank quotes
// is made again; MANAGARM_PERF_ACCEPT=1 writes what it says now.

using System.Text.RegularExpressions;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Defects;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Tests.Commands;

namespace Managarm.Perf.Fuzz.Tests.Defects;

public sealed partial class DefectPageTests
{
    private static readonly string PagePath = Path.Combine(RepositoryRoot.Path, "docs", "defects.md");

    private static readonly string TablePath =
        Path.Combine(RepositoryRoot.Path, "tests", "Fuzz.Tests", "Defects", "defect-table.md");

    private static readonly string[][] Rows =
    [
        .. File.ReadAllLines(TablePath)
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|').Length == 8)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]),
    ];

    [Fact]
    public void Every_defect_has_a_row() =>
        Assert.Equal(Enumerable.Range(0, (int)Defect.Count).Select(each => $"`{(Defect)each}`"), Rows.Select(row => row[0]));

    [Fact]
    public void A_row_says_what_the_source_says()
    {
        foreach (string[] row in Rows)
        {
            string sentence = DefectSentences.Of(Enum.Parse<Defect>(row[0].Trim('`')));
            Assert.Equal(Plain(sentence).TrimEnd('.'), Plain(row[1]));
        }
    }

    [Fact]
    public void A_row_names_the_files_in_which_it_is_planted()
    {
        ILookup<string, string> files = AskingFiles();
        foreach (string[] row in Rows)
        {
            IEnumerable<string> named = Plain(row[2]).Split(", ").Order(StringComparer.Ordinal);
            IEnumerable<string> asking = files[row[0].Trim('`')].Order(StringComparer.Ordinal);
            Assert.Equal((row[0], string.Join(", ", asking)), (row[0], string.Join(", ", named)));
        }
    }

    [Fact]
    public void A_row_names_the_protocols_in_which_it_is_found()
    {
        foreach (string[] row in Rows)
        {
            IReadOnlyList<string> protocols = DefectHome.Of(Enum.Parse<Defect>(row[0].Trim('`'))).Protocols;
            Assert.Equal((row[0], string.Join(", ", protocols)), (row[0], Plain(row[3])));
        }
    }

    [Fact]
    public void The_quoted_hunt_is_what_the_command_prints()
    {
        const string Start = "<!-- output of a hunt: begin -->\n```text\n";
        const string Command = "$ dotnet run -c Release --project Fuzz -- ";
        string page = File.ReadAllText(PagePath);
        int from = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        string quoted = page[from..page.IndexOf("```", from, StringComparison.Ordinal)];
        string line = quoted.Split('\n')[0];
        string output = CommandRunner.Run([.. line[Command.Length..].Split(' '), "--corpus", TestCampaign.SeedDirectory]).Output;
        string actual = line + '\n' + output.Replace(TestCampaign.SeedDirectory, "Corpus/seeds", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
        {
            File.WriteAllText(PagePath, page.Replace(quoted, actual, StringComparison.Ordinal));
            return;
        }

        Assert.Equal(quoted, actual);
    }

    /// <summary>The files of the model by the names of the defects that they ask for.</summary>
    private static ILookup<string, string> AskingFiles() =>
        new[] { "Core", "Hardware", "Servers" }
            .SelectMany(folder => Directory.EnumerateFiles(
                Path.Combine(RepositoryRoot.Path, folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => AskedFor().Matches(File.ReadAllText(file)).Select(
                match => (match.Groups["name"].Value, File: Path.GetRelativePath(RepositoryRoot.Path, file))))
            .Distinct()
            .ToLookup(pair => pair.Value, pair => pair.File);

    [GeneratedRegex(@"\bDefect\.(?<name>[A-Za-z]+)\b")]
    private static partial Regex AskedFor();

    private static string Plain(string text) => text.Replace("`", "", StringComparison.Ordinal);
}
