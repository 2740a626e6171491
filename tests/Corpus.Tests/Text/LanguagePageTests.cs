// The specification and the scenario say the same: examples, errors, words, limits, and the lines for editors.

using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed partial class LanguagePageTests
{
    // These need bytes that are no text, a file that is too long or not there, or a run.
    private static readonly ScenarioErrorCode[] WithoutExample =
    [
        ScenarioErrorCode.Unreadable, ScenarioErrorCode.Encoding, ScenarioErrorCode.TooLong,
        ScenarioErrorCode.ControlCharacter, ScenarioErrorCode.ScheduleMisfit, ScenarioErrorCode.TooManyMistakes,
    ];

    public static TheoryData<string, string> Scenarios()
    {
        var data = new TheoryData<string, string>();
        foreach (var page in Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(RepositoryRoot.Path, "README.md")).Order(StringComparer.Ordinal))
        {
            foreach (var block in LanguagePage.Blocks("scenario", File.ReadAllText(page)))
            {
                data.Add(Path.GetFileName(page), block);
            }
        }

        return data;
    }

    public static TheoryData<string, string> Mistakes()
    {
        var data = new TheoryData<string, string>();
        foreach (var example in LanguagePage.Blocks("text", LanguagePage.Section("Errors")).SelectMany(Examples))
        {
            data.Add(example.Text, example.Errors);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void An_example_is_a_scenario_in_the_layout_of_the_formatter(string page, string text)
    {
        var source = SourceFiles.Read(text);
        Assert.True(source.IsValid, $"{page}: {string.Join('\n', source.Errors)}");
        Assert.Equal(text, SourceFiles.Format(source));
    }

    [Fact]
    public void There_are_examples_of_scenarios_and_mistakes()
    {
        Assert.True(Scenarios().Count > 10, "scenarios");
        Assert.True(Mistakes().Count > 5, "mistakes");
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_reported_as_the_page_says(string text, string errors) =>
        Assert.Equal(errors, Report(text));

    [Fact]
    public void The_page_lists_every_code_and_shows_an_example_of_those_that_text_can_show()
    {
        var codes = Enum.GetValues<ScenarioErrorCode>();
        var section = LanguagePage.Section("Errors");
        Assert.Equal(codes.Select(ScenarioErrorCodes.NameOf), LanguagePage.FirstCells(section));
        var shown = LanguagePage.Blocks("text", section).SelectMany(Examples)
            .SelectMany(example => SourceFiles.Read(example.Text).Errors).Select(error => error.Code);
        Assert.Equal(codes.Except(WithoutExample), shown.Distinct().Order());
    }

    [Fact]
    public void Every_call_is_written_as_the_table_of_calls_says()
    {
        var calls = Enum.GetValues<CallKind>().Where(kind => kind != CallKind.None).Select(CallUsage.Of);
        var cells = LanguagePage.FirstCells(LanguagePage.Section("Calls"));
        Assert.Equal(calls.Order(StringComparer.Ordinal), cells.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Words_are_those_of_the_scenario()
    {
        var names = LanguagePage.Quoted(LanguagePage.Section("Names")).SelectMany(words => words.Split(' ', '\n')).ToArray();
        Assert.All(names.Where(word => word != "SIG"), word => Assert.True(ScenarioName.IsReserved(word), word));
        var signals = Enumerable.Range(0, SignalTable.Count).Select(SignalTable.NameAt);
        Assert.Contains($"Signals: `{string.Join(' ', signals)}`", Flat("Calls on signals"), StringComparison.Ordinal);
        var errors = Enumerable.Range(0, ErrnoTable.Count).Select(ErrnoTable.NameAt);
        Assert.Contains($"`{string.Join(' ', errors)}`", Flat("Results"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reserved_word_is_on_the_page()
    {
        var names = LanguagePage.Quoted(Flat("Names")).SelectMany(words => words.Split(' ')).ToHashSet(StringComparer.Ordinal);
        var grammar = LiteralOfGrammar().Matches(LanguagePage.Section("Grammar")).Select(match => match.Groups["word"].Value);
        Assert.All(
            grammar.Distinct().Where(word => CallTable.Find(word) == CallKind.None),
            word => Assert.Contains(word, names));
    }

    [Fact]
    public void Limits_are_those_of_the_scenario()
    {
        int[] limits =
        [
            Scenario.MaximumStrands, Scenario.MaximumProcesses, Scenario.MaximumActors, Scenario.MaximumCalls,
            Scenario.MaximumResources, Scenario.MaximumDevices, AllowedResults.MaximumValues,
        ];
        Assert.Equal(limits, Limit().Matches(LanguagePage.Section("Limits"))
            .Select(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)));
        Assert.Contains($"{ScenarioParser.MaximumLength:N0} bytes", Flat("Files"), StringComparison.Ordinal);
        Assert.Contains($"at most {ShortName.MaximumLength} characters", Flat("Names"), StringComparison.Ordinal);
        Assert.Contains($"{ScenarioParser.MaximumErrors} per file", Flat("Errors"), StringComparison.Ordinal);
        Assert.Contains(
            $"At most {RunLimits.HandlerBodies} handler bodies run in one run, "
                + $"and they make at most {RunLimits.HandlerCalls} calls",
            Flat("Handlers"),
            StringComparison.Ordinal);
        Assert.Contains($"stack holds {RunLimits.ActivationDepth} frames", Flat("Handlers"), StringComparison.Ordinal);
        Assert.Contains(
            $"0 to {CallTable.MaximumByteCount}, ticks 0 to {CallTable.MaximumTicks}, timeouts -1 to {CallTable.MaximumTicks}",
            Flat("Calls"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Editors_find_the_place_of_every_error_line()
    {
        var section = LanguagePage.Section("Use in an editor");
        var matcher = JsonNode.Parse(Assert.Single(LanguagePage.Blocks("json", section)))!;
        var pattern = matcher["regexp"]!.GetValue<string>();
        var format = ErrorFormat().Match(Assert.Single(LanguagePage.Blocks("vim", section))).Groups["format"].Value;
        Assert.Equal("%f:%l:%c:\\ %m", format);
        foreach (var error in Mistakes().SelectMany(row => SourceFiles.Read(row.Data.Item1).Errors))
        {
            var match = Regex.Match(error.ToString(), pattern, RegexOptions.CultureInvariant);
            string Group(string name) => match.Groups[matcher[name]!.GetValue<int>()].Value;
            Assert.Equal(error.File, Group("file"));
            Assert.Equal($"{error.Line}", Group("line"));
            Assert.Equal($"{error.Column}", Group("column"));
            Assert.Equal(error.Message, Group("message"));
        }
    }

    private static string Flat(string heading) => LanguagePage.Section(heading).Replace("\n  ", " ").Replace('\n', ' ');

    private static string Report(string text) => string.Join('\n', SourceFiles.Read(text).Errors);

    /// <summary>Cuts a block into scenarios and what is said about each.</summary>
    private static IEnumerable<(string Text, string Errors)> Examples(string block)
    {
        const string mark = "=> ";
        if (!block.Contains(mark))
        {
            yield break;
        }

        foreach (var example in block.Split("\n\n"))
        {
            var lines = example.TrimEnd('\n').Split('\n');
            var errors = lines.Where(line => line.StartsWith(mark, StringComparison.Ordinal)).Select(line => line[mark.Length..]);
            var text = lines.Where(line => !line.StartsWith(mark, StringComparison.Ordinal));
            yield return (string.Join('\n', text), string.Join('\n', errors));
        }
    }

    [GeneratedRegex(@"^\| [^|]+ \| (?<number>\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex Limit();

    [GeneratedRegex(@"set errorformat=(?<format>.+)")]
    private static partial Regex ErrorFormat();

    [GeneratedRegex("\"(?<word>[a-z][a-z0-9]*)\"")]
    private static partial Regex LiteralOfGrammar();
}
