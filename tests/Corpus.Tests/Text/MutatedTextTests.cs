// The parser against damaged input: whatever happens to a text, it accepts or names a place inside the text, and never
// throws. What it accepts obeys the rules of scenarios and prints to a text that parses to the same scenario.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed class MutatedTextTests
{
    private const int Count = 100_000;
    private const string ScheduleStart = "schedule 1 0123456789abcdef tristate managarm 1 ";

    private static readonly string[] Pieces =
    [
        "A", "B", "C", "r", "w", "tty", "Z", "A2", ".USR1", ": ", ",", "(", ")", "{", "}", "|", " = ", "-1", "0", "255", "256",
        "99999999999", "when A blocked", ScheduleStart, "A@1>B ", "@", ">", "#", "\n", "\r", "\t",
        "pipe ", "device ", "thread ", " in ", "fork()", "pause()", "EINTR", "KILL", "\0", "\u00E9", "\uD800",
        "\u2028", "ok", "read",
    ];

    [Fact]
    public void A_hundred_thousand_mutated_texts_are_accepted_or_refused_with_a_place()
    {
        var random = new Prng(0xC0DE);
        var parser = new ScenarioParser();
        var file = new ScenarioFile();
        var text = new TextBuffer();
        var accepted = 0;
        for (var i = 0; i < Count; i++)
        {
            var schedule = (i & 3) == 0 ? ScheduleStart + "A@1>B\n" : "";
            var mutated = Mutate(Samples.Everything + schedule, ref random);
            if (parser.TryParse("mutated", mutated, file, out var error))
            {
                accepted++;
                AssertSound(file, text, parser, mutated);
            }
            else
            {
                AssertPlace(mutated, error);
            }
        }

        Assert.InRange(accepted, Count / 100, Count * 99 / 100);
    }

    /// <summary>Damages a text in a few places.</summary>
    internal static string Mutate(string text, ref Prng random)
    {
        var rounds = 1 + random.NextBelow(3);
        for (var round = 0; round < rounds; round++)
        {
            var at = (int)random.NextBelow((uint)text.Length + 1);
            var length = (int)random.NextBelow((uint)Math.Min(text.Length - at, 12) + 1);
            var piece = Pieces[random.NextBelow((uint)Pieces.Length)];
            text = random.NextBelow(5) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, piece),
                2 => text.Remove(at, length).Insert(at, piece),
                3 => RemoveLine(text, at),
                _ => text.Insert(at, text.Substring(at, length)),
            };
        }

        return text;
    }

    private static string RemoveLine(string text, int at)
    {
        var start = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var end = text.IndexOf('\n', at);
        return end < 0 ? text[..start] : text[..start] + text[(end + 1)..];
    }

    private static void AssertSound(ScenarioFile file, TextBuffer text, ScenarioParser parser, string original)
    {
        Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(file.Scenario));
        text.Clear();
        ScenarioFormatter.Append(text, file.Scenario);
        file.Schedule.AppendTo(text);
        var again = new ScenarioFile();
        Assert.True(parser.TryParse("again", text.Text, again, out var error), $"{error}\n{original}");
        Assert.True(again.Scenario.ContentEquals(file.Scenario), original);
        Assert.True(again.Schedule.ContentEquals(file.Schedule), original);
        AssertFormats(original);
    }

    private static void AssertFormats(string original)
    {
        // A lone surrogate is text for the parser and cannot be in a file.
        if (!original.Contains('\uD800'))
        {
            var formatted = SourceFiles.Format(SourceFiles.Read(original));
            Assert.Equal(formatted, SourceFiles.Format(SourceFiles.Read(formatted)));
        }
    }

    private static void AssertPlace(string text, ScenarioError? error)
    {
        Assert.NotNull(error);
        var lines = text.Split('\n');
        Assert.InRange(error.Line, 1, lines.Length);
        Assert.InRange(error.Column, 1, lines[error.Line - 1].Length + 1);
        Assert.InRange(error.EndColumn, error.Column, lines[error.Line - 1].Length + 1);
        Assert.DoesNotContain('\n', error.Message);
        Assert.NotEqual("", error.Message);
    }
}
