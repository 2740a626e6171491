// The trace of a finding as text, as a kernel developer would write it by hand: who did what, one line per step, what woke whom,
// and where somebody is held back. Routine steps of one party in a row are folded into one line in brackets, so nothing is
// missing and little distracts. The steps whose order decides are numbered at the margin. At the end come the calls that did not
// return and the violated invariant.

using System.Text;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Findings;

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
        for (int index = 0; index < story.Events.Count;)
        {
            StoryEvent each = story.Events[index];
            position = AppendPreemptions(text, story, each, position);
            int end = FoldedEnd(story, index, position);
            if (end > index + 1)
            {
                AppendFolded(text, story, story.Events.GetRange(index, end - index), width);
            }
            else
            {
                AppendEvent(text, story, each, width);
                end = index + 1;
            }

            index = end;
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
            yield return $"{story.NameOf(strand)} stands in {StoryWords.CallText(story.Scenario, call)}{isConcerned}";
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

        string place = violation.Call < 0 ? "" : $", at {ScenarioFormatter.FormatCall(story.Scenario, violation.Call)}";
        yield return $"VIOLATED: {Invariants.NameOf(violation.Invariant)}{place}";
        yield return ViolationWords.Sentence(story)
            + (violation.Panic == PanicCode.None ? "" : $" ({violation.Panic})");
        string baseline = StoryWords.BaselineText(story);
        if (baseline.Length > 0)
        {
            yield return baseline;
        }
    }

    private static void AppendHeader(StringBuilder text, Story story)
    {
        text.Append("Scenario under ").Append(story.Protocol.Name).Append(", profile ");
        text.Append(Profiles.NameOf(story.Profile)).Append(":\n");
        foreach (string line in ScenarioFormatter.Format(story.Scenario).TrimEnd('\n').Split('\n'))
        {
            text.Append("    ").Append(line).Append('\n');
        }

        if (ViolationPlace.Of(story) is { } place)
        {
            text.Append("\nViolated: ").Append(Invariants.NameOf(story.Violation.Invariant)).Append(", at ").Append(place);
            text.Append('\n');
        }

        for (int i = 0; i < story.Deciding.Count; i++)
        {
            text.Append("\n[").Append((2 * i) + 1).Append("] before [").Append((2 * i) + 2).Append("]: ");
            text.Append(story.Deciding[i].ToSentence(story)).Append('\n');
        }

        if (story.Deciding.Count == 0 && !story.Violation.IsNone)
        {
            text.Append("\nNo swap of two steps that was tried avoids it: it is not their order that decides.\n");
        }

        text.Append('\n').Append("       step  party\n");
    }

    private static int AppendPreemptions(StringBuilder text, Story story, StoryEvent each, int position)
    {
        while (position < story.Preemptions.Count && story.Preemptions[position].Step < each.Step
            && each.Kind != PointKind.None)
        {
            StoryPreemption preemption = story.Preemptions[position++];
            text.Append("        >>>  PREEMPTION ").Append(preemption.Number).Append(": ");
            text.Append(PreemptionText(story, preemption)).Append("   [");
            text.Append(story.Parties[preemption.Party].Name).Append('@').Append(preemption.Point).Append('>');
            string next = story.Parties[preemption.Next].Name;
            text.Append(next).Append(preemption.IsStart ? $": the run starts with {next}]\n" : "]\n");
        }

        return position;
    }

    /// <summary>The event after the last one that is folded with this one.</summary>
    private static int FoldedEnd(Story story, int index, int position)
    {
        int end = index;
        while (end < story.Events.Count && IsFolded(story, story.Events[end], story.Events[index].Party)
            && (end == index || position >= story.Preemptions.Count
                || story.Preemptions[position].Step >= story.Events[end].Step))
        {
            end++;
        }

        return end;
    }

    private static bool IsFolded(Story story, StoryEvent each, int party) =>
        (each.IsRoutine || each.Kind == PointKind.ResumeThread) && each.Party == party && each.Kind != PointKind.None
        && Marks(story, each).Length == 0;

    private static void AppendFolded(StringBuilder text, Story story, List<StoryEvent> events, int width)
    {
        const int columns = 120;
        string range = $"{events[0].Step}-{events[^1].Step}";
        string margin = range.PadLeft(11) + "  " + story.Parties[events[0].Party].Name.PadRight(width) + "  ";
        var line = new StringBuilder(margin).Append('(');
        string separator = "";
        foreach (string clause in events.SelectMany(each => each.Lines))
        {
            if (line.Length + separator.Length + clause.Length >= columns)
            {
                text.Append(line).Append(separator.TrimEnd()).Append('\n');
                line.Clear().Append(' ', margin.Length + 1);
                separator = "";
            }

            line.Append(separator).Append(clause);
            separator = "; ";
        }

        text.Append(line).Append(")\n");
    }

    private static void AppendEvent(StringBuilder text, Story story, StoryEvent each, int width)
    {
        string step = each.Kind == PointKind.None ? "" : $"{each.Step}";
        string margin = Marks(story, each).PadRight(5);
        string name = story.Parties[each.Party].Name.PadRight(width);
        foreach (string line in WakersOf(story, each).Concat(each.Lines))
        {
            text.Append(margin).Append(step.PadLeft(6)).Append("  ").Append(name).Append("  ").Append(line).Append('\n');
            margin = "     ";
            step = "";
        }
    }

    /// <summary>What has woken a party that had blocked, or what it has been waiting for.</summary>
    private static IEnumerable<string> WakersOf(Story story, StoryEvent each) => story.Arrows
        .Where(arrow => arrow.To == each && arrow.Kind is ArrowKind.Wake or ArrowKind.Reply)
        .Select(arrow => $"<- {arrow.Label} from {story.Parties[arrow.From.Party].Name}");

    /// <summary>Numbers of a deciding step, such as "1&gt;" for the first of a pair and "2&gt;" for the second.</summary>
    private static string Marks(Story story, StoryEvent each)
    {
        var marks = new List<string>();
        for (int i = 0; i < story.Deciding.Count; i++)
        {
            if (story.Deciding[i].First == each || story.Deciding[i].Second == each)
            {
                marks.Add($"{(2 * i) + (story.Deciding[i].First == each ? 1 : 2)}");
            }
        }

        return marks.Count == 0 ? "" : "[" + string.Join(",", marks) + "]";
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
