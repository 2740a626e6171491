// How to see a finding on the real system. A deviation of the schedule is a delay: one party is held back in front of one
// step while others go on. So the recipe names, per deviation, the function in which to sleep and what must happen
// meanwhile. After it stands what one should see.

using System.Text;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Writes confirm recipes.</summary>
public static class ConfirmText
{
    private const int DelayMilliseconds = 10;

    /// <summary>Writes the recipe of a finding.</summary>
    /// <param name="story">The story, with words.</param>
    /// <param name="defects">Names of the planted defects, empty when there are none.</param>
    /// <returns>Markdown.</returns>
    public static string Write(Story story, IReadOnlyList<string> defects)
    {
        var text = new StringBuilder();
        text.Append("# How to confirm this on the real system\n\n");
        if (defects.Count > 0)
        {
            text.Append("This finding needs planted defects (").AppendJoin(", ", defects);
            text.Append("): it says that the model notices them, not that the real system has them.\n\n");
        }

        if (story.Protocol.IsMonolithic)
        {
            text.Append("The protocol `monolithic` is the model's own baseline: there is no real system to confirm it on.\n\n");
        }

        AppendScenario(text, story);
        AppendDelays(text, story);
        AppendOutcome(text, story);
        return text.ToString();
    }

    private static void AppendScenario(StringBuilder text, Story story)
    {
        text.Append("## 1. The program\n\nWrite a test program that makes these calls; each name is a process or thread, and ");
        text.Append("`when X blocked` means: sleep until X is surely blocked.\n\n```\n");
        text.Append(ScenarioFormatter.Format(story.Scenario)).Append("```\n\n");
    }

    private static void AppendDelays(StringBuilder text, Story story)
    {
        text.Append("## 2. The delays\n\n");
        if (story.Preemptions.Count == 0)
        {
            text.Append("None: it happens under the ordinary schedule. Run the program.\n\n");
        }

        foreach (StoryPreemption preemption in story.Preemptions)
        {
            AppendDelay(text, story, preemption);
        }
    }

    private static void AppendDelay(StringBuilder text, Story story, StoryPreemption preemption)
    {
        string deviation = $"{story.Parties[preemption.Party].Name}@{preemption.Point}>{story.Parties[preemption.Next].Name}";
        text.Append("**Delay ").Append(preemption.Number).Append("** (`").Append(deviation).Append("`): ");
        AppendHold(text, story, preemption);
        AppendMeanwhile(text, story, preemption);
    }

    private static void AppendHold(StringBuilder text, Story story, StoryPreemption preemption)
    {
        string delayed = story.Parties[preemption.Delayed].Name;
        StoryEvent? step = preemption.Delays;
        if (preemption.IsStart)
        {
            text.Append("the run starts with **").Append(story.Parties[preemption.Next].Name).Append("** instead of **");
            text.Append(delayed).Append("**. ").Append(step is null
                ? $"{delayed} does not run in this run: leave it asleep.\n\n"
                : $"Let {delayed} sleep in the test program before its first call (step {step.Step}).\n\n");
            return;
        }

        text.Append("hold **").Append(delayed).Append("** back");
        if (step is null)
        {
            text.Append(" for good; it does not run again in this run.\n\n");
        }
        else
        {
            text.Append(" before it ").Append(StoryWords.ShortText(step)).Append(" (step ").Append(step.Step).Append(").\n\n");
            AppendPlace(text, SourcePlace.Of(story, step));
        }
    }

    private static void AppendPlace(StringBuilder text, SourcePlace? place)
    {
        if (place is null)
        {
            text.Append("This step has no place in the sources of the real system.\n\n");
            return;
        }

        text.Append("- Where: ").Append(place.Project).Append(", ");
        text.Append(place.File.Contains('/') ? $"`{place.File}`" : place.File).Append(", ");
        text.Append(place.Function.EndsWith(')') ? $"`{place.Function}`" : place.Function).Append('\n');
        text.Append("- What: insert a sleep of ").Append(DelayMilliseconds);
        text.Append(" ms in front of the place where ").Append(place.Before).Append(".\n");
        text.Append("- Only in this turn: count the calls or test the thread, so that the other turns stay fast.\n\n");
    }

    private static void AppendMeanwhile(StringBuilder text, Story story, StoryPreemption preemption)
    {
        var outline = new StoryOutline(story);
        int from = preemption.After?.Index ?? int.MaxValue;
        int to = preemption.Delays?.Index ?? story.Events.Count;
        var lines = new List<string>();
        IEnumerable<StoryEvent> shown = outline.Items.SelectMany(item => item.Events);
        foreach (StoryEvent each in shown.Where(each => each.Index >= from && each.Index < to))
        {
            lines.AddRange(each.Lines.Select(line => $"   - {story.Parties[each.Party].Name} {line}"));
        }

        if (lines.Count > 0)
        {
            text.Append("During the delay this must happen, in this order; lengthen the sleep until it does:\n\n");
            text.AppendJoin("\n", lines).Append("\n\n");
        }
    }

    private static void AppendOutcome(StringBuilder text, Story story)
    {
        text.Append("## 3. What you should see\n\n");
        Violation violation = story.Violation;
        if (violation.IsNone)
        {
            text.Append("Nothing: the parties meet as above, and every call ends as it should. ");
            text.Append("If something goes wrong there, the model is wrong, or the real system has changed.\n");
            return;
        }

        text.Append(ViolationWords.Expectation(story)).Append("\n\n");
        text.Append("Violated: `").Append(Invariants.NameOf(violation.Invariant)).Append("`. ");
        text.Append(ViolationWords.Sentence(story)).Append('\n');
        string baseline = StoryWords.BaselineText(story);
        if (baseline.Length > 0)
        {
            text.Append(baseline).Append('\n');
        }

        foreach (string line in story.WaitingSignals.Concat(story.LeftRegistrations))
        {
            text.Append("At the end of the model's run ").Append(line).Append(".\n");
        }
    }
}
