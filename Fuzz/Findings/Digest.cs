// A finding in a dozen lines, for the terminal: what is violated, the scenario, the schedule, and the story in a few
// sentences. Somebody who has never seen the tool should understand the race from it.

using System.Text;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Short rendering of a story.</summary>
public static class Digest
{
    private const int MaximumSentences = 10;
    private const int MaximumColumns = 118;
    private const int MaximumClauses = 24;
    private const int FirstClauses = 12;
    private const int LastClauses = 6;

    /// <summary>Writes a story in a dozen lines.</summary>
    /// <param name="story">The story, with words.</param>
    /// <param name="scheduleLine">The schedule line of the run.</param>
    /// <returns>Lines.</returns>
    public static IEnumerable<string> Write(Story story, string scheduleLine)
    {
        Violation violation = story.Violation;
        string call = violation.Kind == CallKind.None ? "" : $" of {CallTable.Of(violation.Kind).Name}";
        yield return $"VIOLATED under {story.Protocol.Name}: {Invariants.NameOf(violation.Invariant)}{call}";
        yield return "  " + ViolationWords.Sentence(story)
            + (violation.Panic == PanicCode.None ? "" : $" ({violation.Panic})");
        string baseline = StoryWords.BaselineText(story);
        if (baseline.Length > 0)
        {
            yield return "  " + baseline;
        }

        foreach (string line in PlaceLines(story))
        {
            yield return "  " + line;
        }

        yield return "";
        foreach (string line in ScenarioLines(story))
        {
            yield return line;
        }

        yield return "  " + scheduleLine;
        yield return "";
        int indentation = story.Parties.Max(party => party.Name.Length) + 2;
        foreach (string line in Sentences(story).SelectMany(sentence => Wrap(sentence, indentation)))
        {
            yield return "  " + line;
        }

        int concerned = story.Unfinished.FindIndex(each => each.Strand == violation.Strand);
        if (concerned >= 0)
        {
            string state = story.WaitingSignals.Count == 0 ? "" : "; " + string.Join("; ", story.WaitingSignals);
            yield return $"  => {story.NameOf(violation.Strand)} stands in "
                + StoryWords.CallText(story.Scenario, story.Unfinished[concerned].Call) + state;
        }

        foreach (string line in story.LeftRegistrations)
        {
            yield return "  => " + line;
        }

        foreach (DecidingPair pair in story.Deciding)
        {
            foreach (string line in Wrap(pair.ToSentence(story), indentation: 0))
            {
                yield return "  " + line;
            }
        }
    }

    /// <summary>The story in a few sentences, one per party and turn.</summary>
    /// <param name="story">The story, with words.</param>
    /// <returns>Lines that start with the party.</returns>
    public static IReadOnlyList<string> Sentences(Story story)
    {
        var sentences = new List<string>();
        int width = story.Parties.Max(party => party.Name.Length);
        foreach (OutlineItem item in new StoryOutline(story).Items)
        {
            if (item.Preemption is not null)
            {
                sentences.Add(HoldSentence(story, item.Preemption, width));
            }
            else if (item.Events.Count > 0)
            {
                AddTurn(sentences, story, item.Events, width);
            }
        }

        return Bound(sentences);
    }

    private static string HoldSentence(Story story, StoryPreemption preemption, int width)
    {
        string delayed = story.Parties[preemption.Delayed].Name;
        string hold = StoryWords.HoldText(story, preemption);
        string text = preemption.IsStart ? hold : hold[(delayed.Length + 1)..];
        return $"{delayed.PadRight(width)}  ** {text} **";
    }

    /// <summary>Leaves the middle out, but no sentence on which the story turns.</summary>
    private static List<string> Bound(List<string> sentences)
    {
        const int first = 4;
        int excess = sentences.Count - MaximumSentences;
        int left = excess <= 0 ? 0 : excess + 1;
        var kept = new List<string>();
        int gap = 0;
        for (int i = 0; i < sentences.Count; i++)
        {
            bool isDeciding = ChartLayout.IsLoud(sentences[i]) || sentences[i].EndsWith(" **", StringComparison.Ordinal);
            if (i >= first && left > 0 && !isDeciding)
            {
                left--;
                gap++;
                continue;
            }

            AddGap(kept, ref gap);
            kept.Add(sentences[i]);
        }

        AddGap(kept, ref gap);
        return kept;
    }

    private static void AddGap(List<string> kept, ref int gap)
    {
        if (gap > 0)
        {
            kept.Add($"...  {gap} {(gap == 1 ? "line" : "lines")} that only the trace has  ...");
        }

        gap = 0;
    }

    private static IEnumerable<string> Wrap(string sentence, int indentation)
    {
        string rest = sentence;
        while (rest.Length > MaximumColumns)
        {
            int end = rest.LastIndexOf("; ", MaximumColumns, StringComparison.Ordinal) + 1;
            if (end <= indentation)
            {
                break;
            }

            yield return rest[..end];
            rest = new string(' ', indentation) + rest[(end + 1)..];
        }

        yield return rest;
    }

    /// <summary>The violating step, its party and the function of the real system.</summary>
    private static IEnumerable<string> PlaceLines(Story story)
    {
        if (ViolationPlace.Of(story) is { } place)
        {
            string noticed = place.IsAtIdle ? " (noticed when nobody could run)" : "";
            yield return $"at step {place.Step} of {place.Party}: {place.Source.Function}{noticed}";
            yield return $"   {place.Source.Project}: {place.Source.File}, before {place.Source.Before}";
        }
    }

    private static IEnumerable<string> ScenarioLines(Story story)
    {
        string[] lines = ScenarioFormatter.Format(story.Scenario).TrimEnd('\n').Split('\n');
        int wronged = story.WrongedLine(lines.Length);
        int width = lines.Max(line => line.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            yield return i == wronged ? "  " + lines[i].PadRight(width) + "    <-- this call" : "  " + lines[i];
        }
    }

    private static void AddTurn(List<string> sentences, Story story, List<StoryEvent> events, int width)
    {
        var clauses = new List<string>();
        foreach (StoryEvent each in events)
        {
            bool isIdleDrive = each.Kind == PointKind.Drive && each.Submitted.Count == 0;
            clauses.AddRange(each.Lines.Where(line => !isIdleDrive && !IsSmall(line)));
        }

        if (clauses.Count == 0)
        {
            return;
        }

        string name = story.Parties[events[0].Party].Name;
        var text = new StringBuilder(name.PadRight(width)).Append("  ").AppendJoin("; ", Shorten(clauses));
        sentences.Add(text.ToString());
    }

    /// <summary>Leaves out the middle of a turn that goes round and round, but nothing on which the story turns.</summary>
    private static List<string> Shorten(List<string> clauses)
    {
        if (clauses.Count <= MaximumClauses)
        {
            return clauses;
        }

        List<string> middle = clauses[FirstClauses..^LastClauses];
        List<string> loud = [.. middle.Where(ChartLayout.IsLoud)];
        string gap = $"...  {middle.Count - loud.Count} steps that only the trace has  ...";
        return [.. clauses[..FirstClauses], gap, .. loud, .. clauses[^LastClauses..]];
    }

    /// <summary>Lines that a short text can do without: what a server sees follows from what the thread did.</summary>
    private static bool IsSmall(string line) =>
        line.StartsWith("sees ", StringComparison.Ordinal) || line.StartsWith("resumes ", StringComparison.Ordinal)
        || line.StartsWith("continues ", StringComparison.Ordinal) || line.StartsWith("handles ", StringComparison.Ordinal)
        || line.StartsWith("notices ", StringComparison.Ordinal) || line.StartsWith("clears ", StringComparison.Ordinal)
        || line.StartsWith("stops in supercall kill", StringComparison.Ordinal)
        || line.EndsWith(": nothing new", StringComparison.Ordinal)
        || line.StartsWith("checks its guard flag: it is 1", StringComparison.Ordinal);
}
