// The grammar of the handbook against the parser, both ways: what the grammar generates is a scenario or breaks a rule that the
// page names, and what the parser accepts belongs to the grammar.

using System.Text;
using System.Text.RegularExpressions;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed partial class GrammarTests
{
    private static readonly Grammar Rules = Grammar.Parse(
        Assert.Single(LanguagePage.Blocks("text", LanguagePage.Section("Grammar"))));

    [Fact]
    public void What_the_grammar_generates_is_a_scenario_or_breaks_a_rule_that_the_page_names()
    {
        var names = Enum.GetValues<ScenarioErrorCode>().Select(ScenarioErrorCodes.NameOf);
        var documented = LanguagePage.Quoted(LanguagePage.Section("Grammar")).Intersect(names).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var random = new Prng(20);
        var parser = new ScenarioParser();
        var file = new ScenarioFile();
        var accepted = 0;
        const int Count = 60_000;
        for (var i = 0; i < Count; i++)
        {
            // Texts so long that they exceed a limit make too many other mistakes before.
            var text = i == 0
                ? string.Concat(Enumerable.Range(0, Scenario.MaximumResources + 1).Select(number => $"device d{number}\n"))
                : Join(Rules.Generate(ref random, i % 50 == 0 ? 150 : 4), ref random);
            if (parser.TryParse("generated", text, file, out _))
            {
                accepted++;
                Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(file.Scenario));
            }

            foreach (var error in parser.Errors.Where(error => error.Code != ScenarioErrorCode.TooManyMistakes))
            {
                var code = ScenarioErrorCodes.NameOf(error.Code);
                Assert.True(documented.Contains(code), $"{error}\n{text}");
                seen.Add(code);
            }
        }

        // A cycle needs a text without any other mistake, which takes longer than a test may.
        documented.Remove(ScenarioErrorCodes.NameOf(ScenarioErrorCode.ForkCycle));
        Assert.Empty(documented.Except(seen));
        Assert.InRange(accepted, Count / 20, Count * 19 / 20);
    }

    [Fact]
    public void What_the_parser_accepts_belongs_to_the_grammar()
    {
        var random = new Prng(21);
        var parser = new ScenarioParser();
        var file = new ScenarioFile();
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = Join(Rules.Generate(ref random, 4), ref random);
            text = MutatedTextTests.Mutate((i & 7) == 0 ? Samples.Everything : text, ref random);
            if (parser.TryParse("mutated", text, file, out _))
            {
                accepted++;
                Assert.True(Rules.Accepts(Cut(text)), text);
            }
        }

        Assert.True(accepted > 500, $"{accepted} accepted");
    }

    [Fact]
    public void Whatever_single_token_is_left_out_doubled_or_replaced_the_parser_accepts_only_what_belongs_to_the_grammar()
    {
        var tokens = Cut(Samples.Everything + "schedule 1 0123456789abcdef tristate managarm 1 A@1>B posix@2>time\n");
        string[] others =
            ["A", "r", "0", ",", "(", ")", "{", "|", "=", "-", "USR1", "EINTR", "ok", "when", "in", "pause", "A@1>B", "\n"];
        var parser = new ScenarioParser();
        var file = new ScenarioFile();
        var accepted = 0;
        for (var at = 0; at < tokens.Count; at++)
        {
            string[][] choices = [[], [tokens[at], tokens[at]], .. others.Select(other => (string[])[other])];
            foreach (var choice in choices)
            {
                List<string> changed = [.. tokens[..at], .. choice, .. tokens[(at + 1)..]];
                if (parser.TryParse("changed", string.Join(' ', changed), file, out _))
                {
                    accepted++;
                    Assert.True(Rules.Accepts(changed), string.Join(' ', changed));
                }
            }
        }

        Assert.True(accepted > 100, $"{accepted} accepted");
    }

    [Fact]
    public void What_the_grammar_generates_survives_bytes_with_any_schedule()
    {
        var random = new Prng(22);
        var parser = new ScenarioParser();
        var file = new ScenarioFile();
        var bytes = new byte[ScenarioCodec.MaximumLength];
        var decoded = new Scenario();
        var decodedSchedule = new Schedule();
        var survived = 0;
        for (var i = 0; i < 30_000; i++)
        {
            if (!parser.TryParse("generated", Join(Rules.Generate(ref random, 4), ref random), file, out _))
            {
                continue;
            }

            var schedule = Samples.RandomSchedule(file.Scenario, ref random);
            var length = ScenarioCodec.Encode(file.Scenario, schedule, bytes);
            ScenarioCodec.Decode(bytes.AsSpan(0, length), decoded, decodedSchedule);
            StandardNames.Apply(file.Scenario);
            Assert.True(decoded.ContentEquals(file.Scenario), ScenarioFormatter.Format(file.Scenario));
            Assert.Equal(schedule.Deviations, decodedSchedule.Deviations);
            survived++;
        }

        Assert.True(survived > 1000, $"{survived} survived");
    }

    [Theory]
    [InlineData("A: pause() when B")]
    [InlineData("A: pause() = = 1")]
    [InlineData("pipe r w")]
    [InlineData("A: poll(r, 1)")]
    [InlineData("schedule 1 0123456789abcdef tristate managarm 1 A@B")]
    [InlineData("\0")]
    public void What_is_no_scenario_does_not_belong_to_the_grammar(string text) => Assert.False(Rules.Accepts(Cut(text)));

    /// <summary>Joins tokens with as few blanks as possible or more, as the page allows.</summary>
    private static string Join(List<string> tokens, ref Prng random)
    {
        var text = new StringBuilder();
        var isSchedule = false;
        var previous = "\n";
        foreach (var token in tokens)
        {
            isSchedule = previous is "\n" or "\r\n" ? token == "schedule" : isSchedule && token != "#";
            var isTight = !isSchedule && !(IsWord(previous[^1]) && IsWord(token[0]));
            text.Append(random.NextBelow(4) switch
            {
                0 => "\t",
                1 => "  ",
                2 when isTight => "",
                _ => previous is "\n" or "\r\n" ? "" : " ",
            });
            text.Append(token);
            previous = token;
        }

        return text.ToString();
    }

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    /// <summary>Cuts a text into tokens, knowing only what the page says about blanks, comments and schedule lines.</summary>
    private static List<string> Cut(string text)
    {
        var tokens = new List<string>();
        foreach (Match line in Line().Matches(text))
        {
            var content = line.Groups["content"].Value;
            var isSchedule = content.TrimStart(' ', '\t').StartsWith("schedule", StringComparison.Ordinal);
            tokens.AddRange((isSchedule ? Blank() : Token()).Matches(content).Select(match => match.Value));
            tokens.AddRange(line.Groups["comment"].Value.Select(character => $"{character}"));
            tokens.AddRange(line.Groups["end"].Value.Length > 0 ? [line.Groups["end"].Value] : []);
        }

        return tokens;
    }

    [GeneratedRegex(@"(?<content>[^#\n]*?)(?<comment>#[^\n]*?)?(?<end>\r?\n|\z)")]
    private static partial Regex Line();

    [GeneratedRegex(@"[^ \t]+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"[A-Za-z0-9][A-Za-z0-9_]*|[^ \t]")]
    private static partial Regex Token();
}
