// What of a story a reader needs: the steps of the thread that is wronged from the beginning of its call on, what servers
// did for or to it, and what others did that reached it. Everything else is collapsed into gaps that say how many steps
// they stand for and which calls were made in them. Chart and console are made from the outline, so they agree on what
// matters.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>The part of a story that is worth showing.</summary>
public sealed class StoryOutline
{
    /// <summary>Beats at most; a longer story loses its middle.</summary>
    public const int MaximumBeats = 120;

    private readonly Story story;
    private readonly bool[] isShown;
    private readonly HashSet<int> strands = [];
    private readonly List<OutlineItem> items = [];

    /// <summary>Makes the outline of a story.</summary>
    /// <param name="story">The story, with words.</param>
    public StoryOutline(Story story)
    {
        this.story = story;
        isShown = new bool[story.Events.Count];
        ChooseStrands();
        ChooseEvents(FindStart());
        ShowDeciding();
        ShowSources();
        Compose();
        Bound();
    }

    /// <summary>The items, in order.</summary>
    public IReadOnlyList<OutlineItem> Items => items;

    /// <summary>The event that stands for another one: itself if shown, else the next shown one of the same turn.</summary>
    /// <param name="each">Any event.</param>
    /// <returns>A shown event, or null.</returns>
    public StoryEvent? ShownFor(StoryEvent each)
    {
        for (int index = each.Index; index < isShown.Length && story.Events[index].Party == each.Party; index++)
        {
            if (isShown[index])
            {
                return story.Events[index];
            }
        }

        return null;
    }

    private bool IsGlobal => story.Violation.Strand < 0
        || ViolationWords.IsUnsignalled(story)
        || story.Violation.Invariant is Invariant.Target or Invariant.Registry or Invariant.Bytes or Invariant.Completion;

    private void ChooseStrands()
    {
        for (int strand = 0; strand < story.Scenario.StrandCount; strand++)
        {
            if (IsGlobal || strand == story.Violation.Strand)
            {
                strands.Add(strand);
            }
        }

        foreach (StoryPreemption preemption in story.Preemptions)
        {
            strands.Add(story.Parties[preemption.Delayed].Strand);
        }

        strands.Remove(-1);
    }

    private int FindStart()
    {
        int start = story.Events.Count;
        if (ViolationWords.IsUnsignalled(story))
        {
            return 0;
        }

        if (story.Violation.Call >= 0)
        {
            start = story.Events.FindLastIndex(each => each.Notes.Exists(note =>
                note.Kind == NoteKind.CallBegin && note.First == story.Violation.Call));
        }

        foreach (StoryPreemption preemption in story.Preemptions)
        {
            int first = preemption.After?.Index ?? start;
            start = Math.Min(start, Math.Min(CallOf(first, preemption.Delayed), CallOf(first, preemption.Party)));
        }

        return start >= story.Events.Count || start < 0 ? 0 : start;
    }

    /// <summary>Where the call begins in which a party stands at an event.</summary>
    private int CallOf(int index, int party)
    {
        for (int i = index - 1; i >= 0; i--)
        {
            if (story.Events[i].Party == party && story.Events[i].Notes.Exists(note => note.Kind == NoteKind.CallBegin))
            {
                return i;
            }
        }

        return index;
    }

    private void ChooseEvents(int start)
    {
        for (int index = start; index < isShown.Length; index++)
        {
            StoryEvent each = story.Events[index];
            bool isOwn = strands.Contains(each.Subject);
            isShown[index] = !each.IsRoutine && (isOwn || each.Notes.Exists(IsAboutUs));
        }

        foreach (StoryEvent each in story.Events)
        {
            isShown[each.Index] |= each.Lines.Exists(ChartLayout.IsLoud);
        }

        foreach (StoryPreemption preemption in story.Preemptions)
        {
            if (preemption.Delays is not null)
            {
                isShown[preemption.Delays.Index] = true;
            }
        }
    }

    /// <summary>The steps whose order decides are shown, routine or not.</summary>
    private void ShowDeciding()
    {
        foreach (DecidingPair pair in story.Deciding)
        {
            isShown[pair.First.Index] = true;
            isShown[pair.Second.Index] = true;
        }
    }

    private bool IsAboutUs(StoryNote note) => note.Kind switch
    {
        NoteKind.SignalIssued or NoteKind.SignalAccepted or NoteKind.SignalParked => strands.Contains((int)note.Second),
        NoteKind.Panic or NoteKind.LineRaised or NoteKind.TimerExpired or NoteKind.ServerDied or NoteKind.ImageReplaced
            or NoteKind.PinRaised or NoteKind.PinAnswered => true,
        NoteKind.ProcessExit => IsChildOfOurs((int)note.First),
        NoteKind.CallBegin => story.Scenario.CallAt((int)note.First).Kind is CallKind.Kill or CallKind.Tgkill or CallKind.Write
            or CallKind.Close or CallKind.Exit or CallKind.Exec or CallKind.Clone or CallKind.Sigaction or CallKind.Raise
            or CallKind.Crash or CallKind.Advance,
        _ => false,
    };

    private bool IsChildOfOurs(int strand) =>
        strands.Contains(strand) || strands.Contains(story.Scenario.StrandAt(strand).Parent);

    private void ShowSources()
    {
        foreach (StoryArrow arrow in story.Arrows)
        {
            if (isShown[arrow.To.Index] && arrow.Kind is not (ArrowKind.Resume or ArrowKind.Interrupt))
            {
                isShown[arrow.From.Index] = true;
            }
        }
    }

    private void Compose()
    {
        int position = 0;
        int gapStart = 0;
        for (int index = 0; index < story.Events.Count; index++)
        {
            StoryEvent each = story.Events[index];
            while (position < story.Preemptions.Count && story.Preemptions[position].Step < each.Step
                && each.Kind != PointKind.None)
            {
                AddGap(gapStart, index);
                gapStart = index;
                items.Add(new OutlineItem { Preemption = story.Preemptions[position++] });
            }

            if (isShown[index])
            {
                AddGap(gapStart, index);
                gapStart = index + 1;
                AddEvent(each);
            }
        }

        AddGap(gapStart, story.Events.Count);
    }

    private void AddEvent(StoryEvent each)
    {
        OutlineItem? last = items.Count == 0 ? null : items[^1];
        if (last is null || last.Events.Count == 0 || last.Events[^1].Party != each.Party)
        {
            last = new OutlineItem();
            items.Add(last);
        }

        last.Events.Add(each);
    }

    /// <summary>Adds a gap, unless it is so short and empty that it only distracts.</summary>
    private void AddGap(int start, int end)
    {
        const int shortest = 4;
        int steps = 0;
        var calls = new List<string>();
        for (int index = start; index < end; index++)
        {
            StoryEvent each = story.Events[index];
            steps += each.Kind == PointKind.None ? 0 : 1;
            foreach (StoryNote note in each.Notes)
            {
                AddCall(calls, story.Parties[each.Party].Name, note);
            }
        }

        if (steps >= shortest || calls.Count > 0)
        {
            string count = steps == 0 ? "" : Plural.Of(steps, "step");
            string separator = count.Length > 0 && calls.Count > 0 ? ": " : "";
            items.Add(new OutlineItem { Gap = count + separator + string.Join(", ", calls) });
        }
    }

    private void AddCall(List<string> calls, string name, StoryNote note)
    {
        if (note.Kind is not (NoteKind.CallBegin or NoteKind.CallEnd))
        {
            return;
        }

        string call = StoryWords.CallText(story.Scenario, (int)note.First);
        calls.Remove($"{name} calls {call}");
        calls.Add(note.Kind == NoteKind.CallBegin
            ? $"{name} calls {call}"
            : $"{name}: {call} returns {StoryWords.ResultText(story.Scenario, note.Second)}");
    }

    private void Bound()
    {
        int excess = items.Count - MaximumBeats;
        if (excess <= 0)
        {
            return;
        }

        int middle = MaximumBeats / 4;
        int removed = 0;
        for (int i = middle; i < items.Count && removed <= excess;)
        {
            if (items[i].Events.Exists(each => each.Lines.Exists(ChartLayout.IsLoud)))
            {
                i++;
                continue;
            }

            items[i].Events.ForEach(each => isShown[each.Index] = false);
            items.RemoveAt(i);
            removed++;
        }

        items.Insert(middle, new OutlineItem { Gap = $"{removed} groups of steps that trace.txt has" });
    }
}

/// <summary>An item of an outline: exactly one of its parts is filled.</summary>
public sealed class OutlineItem
{
    /// <summary>Consecutive events of one party.</summary>
    public List<StoryEvent> Events { get; } = [];

    /// <summary>A preemption.</summary>
    public StoryPreemption? Preemption { get; init; }

    /// <summary>What was left out; empty otherwise.</summary>
    public string Gap { get; init; } = "";
}
