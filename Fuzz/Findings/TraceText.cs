// The trace of a finding as text: every step, who took it, what it did, in words. Preemptions stand on lines of their own
// where they happen. At the end come the calls that did not return and the violated invariant. Read it top to bottom, like
// a log.

using System.Text;
using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Writes traces.</summary>
public static class TraceText
{
    /// <summary>Writes a story as a log.</summary>
    /// <param name="story">The story, with words.</param>
    /// <returns>Lines that end in line feeds.</returns>
    public static string Write(Story story)
    {
        var text = new StringBuilder();
        AppendHeader(text, story);
        int width = Math.Max(5, story.Parties.Max(party => party.Name.Length));
        int position = 0;
        foreach (StoryEvent each in story.Events)
        {
            position = AppendPreemptions(text, story, each, position);
            AppendEvent(text, story, each, width);
        }

        AppendEnd(text, story);
        return text.ToString();
    }

    /// <summary>A preemption in words.</summary>
    /// <param name="story">The story.</param>
    /// <param name="preemption">The preemption.</param>
    /// <returns>One line.</returns>
    public static string PreemptionText(Story story, StoryPreemption preemption)
    {
        string hold = StoryWords.HoldText(story, preemption);
        return preemption.IsStart ? hold : $"{hold}; {story.Parties[preemption.Next].Name} runs instead";
    }

    /// <summary>The end of a run in words: which calls did not return, what is violated.</summary>
    /// <param name="story">The story.</param>
    /// <returns>Lines.</returns>
    public static IEnumerable<string> EndLines(Story story)
    {
        foreach ((int strand, int call) in story.Unfinished)
        {
            string isConcerned = strand == story.Violation.Strand ? "   <--" : "";
            yield return $"{story.NameOf(strand)} stands in {StoryWords.CallText(story.Program, call)}{isConcerned}";
        }

        foreach (string line in story.WaitingSignals.Concat(story.LeftRegistrations))
        {
            yield return line;
        }

        Violation violation = story.Violation;
        if (violation.IsNone)
        {
            yield return "no invariant is violated";
            yield break;
        }

        string place = violation.Call < 0 ? "" : $", at {ScenarioFormatter.FormatCall(story.Program, violation.Call)}";
        yield return $"VIOLATED: {Invariants.NameOf(violation.Invariant)}{place}";
        yield return Invariants.SentenceOf(violation.Invariant)
            + (violation.Panic == PanicCode.None ? "" : $" ({violation.Panic})");
    }

    private static void AppendHeader(StringBuilder text, Story story)
    {
        text.Append("Scenario under ").Append(story.Protocol.Name).Append(", profile ");
        text.Append(Profiles.NameOf(story.Profile)).Append(":\n");
        foreach (string line in ScenarioFormatter.Format(story.Program).TrimEnd('\n').Split('\n'))
        {
            text.Append("    ").Append(line).Append('\n');
        }

        if (ViolationPlace.Of(story) is { } place)
        {
            text.Append("\nViolated: ").Append(Invariants.NameOf(story.Violation.Invariant)).Append(", at ").Append(place);
            text.Append('\n');
        }

        text.Append('\n').Append(" step  party\n");
    }

    private static int AppendPreemptions(StringBuilder text, Story story, StoryEvent each, int position)
    {
        while (position < story.Preemptions.Count && story.Preemptions[position].Step < each.Step
            && each.Kind != PointKind.None)
        {
            StoryPreemption preemption = story.Preemptions[position++];
            text.Append("  >>>  PREEMPTION ").Append(preemption.Number).Append(": ");
            text.Append(PreemptionText(story, preemption)).Append("   [");
            text.Append(story.Parties[preemption.Party].Name).Append('@').Append(preemption.Point).Append('>');
            string next = story.Parties[preemption.Next].Name;
            text.Append(next).Append(preemption.IsStart ? $": the run starts with {next}]\n" : "]\n");
        }

        return position;
    }

    private static void AppendEvent(StringBuilder text, Story story, StoryEvent each, int width)
    {
        string step = each.Kind == PointKind.None ? "" : $"{each.Step}";
        foreach (string line in each.Lines)
        {
            text.Append(step.PadLeft(5)).Append("  ").Append(story.Parties[each.Party].Name.PadRight(width)).Append("  ");
            text.Append(line).Append('\n');
            step = "";
        }
    }

    private static void AppendEnd(StringBuilder text, Story story)
    {
        text.Append('\n').Append("At the end (step ").Append(story.Result.Steps).Append(", ");
        text.Append(story.Result.Decisions).Append(" decisions, ").Append(story.Preemptions.Count).Append(" preemptions):\n");
        foreach (string line in EndLines(story))
        {
            text.Append("    ").Append(line).Append('\n');
        }
    }
}
