// The document that `explore --all-small` keeps for each protocol: a line with model and bound, then a line per scenario, in the
// order of their enumeration: verdict, interleavings, runs given up, scenario. It is meant to be read and searched by people, and
// it is where --resume goes on: what is certified or violated stands, the rest is explored again.

using System.Globalization;
using System.Text;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Outcomes of all small scenarios under one protocol, as text.</summary>
internal static class SmallRecord
{
    private const int VerdictWidth = 24;
    private const int CountWidth = 9;

    /// <summary>Writes a document.</summary>
    /// <param name="defects">Defects that were on: what is certified without one says nothing of a world with it.</param>
    /// <param name="runsMax">Runs at most per scenario.</param>
    /// <param name="texts">The scenarios.</param>
    /// <param name="outcomes">What became of each.</param>
    /// <returns>Lines.</returns>
    internal static string Write(DefectSet defects, long runsMax, string[] texts, SmallOutcome[] outcomes)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"{HeadOf(defects)}at most {runsMax} runs each\n");
        for (int number = 0; number < texts.Length; number++)
        {
            SmallOutcome outcome = outcomes[number];
            text.Append(outcome.Verdict.PadRight(VerdictWidth)).Append(' ');
            text.Append(outcome.Traces.ToString(CultureInfo.InvariantCulture).PadLeft(CountWidth)).Append(' ');
            text.Append(outcome.Blocked.ToString(CultureInfo.InvariantCulture).PadLeft(CountWidth)).Append("  ");
            text.Append(OneLine(texts[number])).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads a document.</summary>
    /// <param name="content">What was written.</param>
    /// <param name="defects">Defects that are on now.</param>
    /// <param name="texts">The scenarios of now.</param>
    /// <param name="outcomes">What became of each.</param>
    /// <param name="error">What is wrong, with its line.</param>
    /// <returns>False when it is damaged or of another model.</returns>
    internal static bool TryRead(
        string content, DefectSet defects, string[] texts, out SmallOutcome[] outcomes, out string error)
    {
        outcomes = new SmallOutcome[texts.Length];
        string[] lines = content.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !lines[0].StartsWith(HeadOf(defects), StringComparison.Ordinal))
        {
            error = "is of another model or of other defects; leave out --resume to begin again";
            return false;
        }

        if (lines.Length != texts.Length + 1)
        {
            error = string.Create(
                CultureInfo.InvariantCulture, $"has {lines.Length - 1} scenarios where there are {texts.Length}");
            return false;
        }

        for (int number = 0; number < texts.Length; number++)
        {
            if (!TryReadLine(lines[number + 1], texts[number], out outcomes[number]))
            {
                error = string.Create(CultureInfo.InvariantCulture, $"line {number + 2} is damaged");
                return false;
            }
        }

        error = "";
        return true;
    }

    private static string HeadOf(DefectSet defects) =>
        $"# model {Certificate.PresentModel}, defects {string.Join('+', DefectNames.List(defects).DefaultIfEmpty("none"))}, ";

    private static bool TryReadLine(string line, string text, out SmallOutcome outcome)
    {
        outcome = default;
        if (line.Length <= VerdictWidth)
        {
            return false;
        }

        string verdict = line[..VerdictWidth].TrimEnd();
        bool isVerdict = verdict is SmallOutcome.Certified or SmallOutcome.TooLarge or SmallOutcome.Open || IsInvariant(verdict);
        string[] words = line[VerdictWidth..].Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 3 || !isVerdict || words[2].TrimStart() != OneLine(text)
            || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long traces)
            || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long blocked))
        {
            return false;
        }

        outcome = new SmallOutcome(verdict, traces, blocked);
        return true;
    }

    private static bool IsInvariant(string verdict)
    {
        string name = verdict.Split(' ')[0];
        return Enumerable.Range(0, Invariants.Count).Any(number => Invariants.NameOf((Invariant)number) == name);
    }

    private static string OneLine(string text) => text.TrimEnd('\n').Replace("\n", "; ", StringComparison.Ordinal);
}

// What an exploration said of one small scenario. It ends with a proof or a violation; everything else may be explored again
// with a larger bound.
/// <summary>What became of a small scenario.</summary>
/// <param name="Verdict">Certified, too large, open (not explored yet), or what is violated.</param>
/// <param name="Traces">Interleavings that were visited.</param>
/// <param name="Blocked">Runs that were given up.</param>
internal readonly record struct SmallOutcome(string Verdict, long Traces, long Blocked)
{
    internal const string Certified = "certified";
    internal const string TooLarge = "too large";
    internal const string Open = "open";

    /// <summary>Not explored yet.</summary>
    internal static SmallOutcome NotExplored { get; } = new(Open, 0, 0);

    /// <summary>Whether no interleaving violates anything.</summary>
    internal bool IsCertified => Verdict == Certified;

    /// <summary>Whether another search could say more.</summary>
    internal bool IsUndecided => Verdict is TooLarge or Open;

    /// <summary>Whether something is violated.</summary>
    internal bool IsViolated => !IsCertified && !IsUndecided;
}
