// Finds the steps whose order decides, by trying: two steps of different parties are swapped, everything else is kept as far as
// lenient replay can, and if then the violation is gone, their order decides. At a deviation the candidates are what others did
// while a party was held back, against what that party did next; without deviations, all pairs. Pairs of which one step is about
// the thread that takes the other come first, then those that touch the same object, one of them writing, and of these the
// closest, because between close steps little else can explain the difference; steps of routine come last. A swap counts only if
// the run really takes both steps, known by what they do, in the other order. Bounded by a number of swaps.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Finds deciding steps.</summary>
public sealed class DecidingOrder
{
    private const int MaximumSwaps = 96;
    private const int StepsOfDelayed = 12;
    private const int MaximumPairs = 3;

    private readonly ScenarioRunner runner;
    private readonly Schedule schedule;
    private readonly DefectSet defects;
    private readonly Story story;
    private readonly List<StoryEvent> steps;
    private readonly ILookup<uint, Access> accesses;
    private readonly Schedule swapped = new();
    private readonly Replay replay = new();

    private DecidingOrder(ScenarioRunner runner, Schedule schedule, DefectSet defects, Story story)
    {
        this.runner = runner;
        this.schedule = schedule;
        this.defects = defects;
        this.story = story;
        steps = story.Events.FindAll(each => each.Kind != PointKind.None);
        accesses = ReadLog(runner.System.World.Log).ToLookup(access => access.Step);
    }

    /// <summary>Finds the deciding steps of a story and enters them.</summary>
    /// <param name="runner">The runner, which has just made the story's run; it makes others.</param>
    /// <param name="schedule">The story's schedule.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="story">The story, with words; its violation is not none.</param>
    internal static void Find(ScenarioRunner runner, Schedule schedule, DefectSet defects, Story story)
    {
        var order = new DecidingOrder(runner, schedule, defects, story);
        foreach (StoryPreemption preemption in story.Preemptions)
        {
            if (story.Deciding.Count < MaximumPairs)
            {
                order.TryPairs(order.PairsAt(preemption));
            }
        }

        if (story.Deciding.Count == 0)
        {
            order.TryPairs(order.AllPairs());
        }
    }

    private static IEnumerable<Access> ReadLog(AccessLog log)
    {
        uint first = log.Count > AccessLog.Capacity ? log.Count - AccessLog.Capacity : 0;
        for (uint number = first; number < log.Count; number++)
        {
            yield return log[number];
        }
    }

    /// <summary>What others did while a party was held back, against its next steps.</summary>
    private IEnumerable<(int First, int Second)> PairsAt(StoryPreemption preemption)
    {
        int delayed = preemption.Delays is null ? -1 : steps.IndexOf(preemption.Delays);
        int after = preemption.After is null ? -1 : steps.IndexOf(preemption.After);
        if (delayed < 0 || after < 0)
        {
            yield break;
        }

        int taken = 0;
        for (int second = delayed; second < steps.Count && taken < StepsOfDelayed; second++)
        {
            if (steps[second].Party != preemption.Delayed)
            {
                continue;
            }

            taken++;
            for (int first = after; first < delayed; first++)
            {
                if (steps[first].Party != preemption.Delayed)
                {
                    yield return (first, second);
                }
            }
        }
    }

    private IEnumerable<(int First, int Second)> AllPairs()
    {
        for (int second = 1; second < steps.Count; second++)
        {
            for (int first = 0; first < second; first++)
            {
                if (steps[first].Party != steps[second].Party && DoConflict(first, second))
                {
                    yield return (first, second);
                }
            }
        }
    }

    private void TryPairs(IEnumerable<(int First, int Second)> pairs)
    {
        foreach ((int first, int second) in pairs.OrderBy(pair => RankOf(pair.First, pair.Second))
            .ThenBy(pair => pair.Second - pair.First).ThenByDescending(pair => pair.First).Take(MaximumSwaps))
        {
            if (TrySwap(first, second) is { } outcome)
            {
                var pair = new DecidingPair(steps[first], steps[second], outcome);
                if (!story.Deciding.Exists(known => known.First == pair.First && known.Second == pair.Second))
                {
                    story.Deciding.Add(pair);
                }

                return;
            }
        }
    }

    /// <summary>Steps that touch the same object explain most, and a step that a reader can do without explains least.</summary>
    private int RankOf(int first, int second)
    {
        int routine = (steps[first].IsRoutine ? 1 : 0) + (steps[second].IsRoutine ? 1 : 0);
        return (AreAboutEachOther(first, second) ? 0 : 6) + (2 * routine) + (DoConflict(first, second) ? 0 : 1);
    }

    /// <summary>Whether one step is about the thread that takes the other.</summary>
    private bool AreAboutEachOther(int first, int second)
    {
        int one = story.Parties[steps[first].Party].Strand;
        int other = story.Parties[steps[second].Party].Strand;
        return (other >= 0 && steps[first].Subject == other) || (one >= 0 && steps[second].Subject == one);
    }

    private bool DoConflict(int first, int second)
    {
        foreach (Access one in accesses[steps[first].Step])
        {
            foreach (Access other in accesses[steps[second].Step])
            {
                if (one.Kind == other.Kind && one.Index == other.Index && (one.IsWrite || other.IsWrite))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Swaps two steps; what happens then, or null when that is no swap, or when they do not decide.</summary>
    private string? TrySwap(int first, int second)
    {
        bool isLost = !TakeBefore(first, second).IsSameKind(story.Violation);
        if (!isLost || !IsShownRightAfter(first, second))
        {
            return null;
        }

        TakeBefore(first, second);
        Story other = FindingReplay.Record(runner, story.Scenario, replay, defects);
        StoryWords.Apply(other);
        return IsSwapped(other, steps[first], steps[second]) ? Outcome(other) : null;
    }

    /// <summary>Whether the violation is still there when the second step comes right after the first: then it is not what lies
    /// between them that decides.</summary>
    private bool IsShownRightAfter(int first, int second)
    {
        int party = steps[second].Party;
        int next = first + 1;
        bool areAdjacent = steps.GetRange(next, second - first).TrueForAll(each => each.Party == party);
        return areAdjacent
            || (steps[next].Party != party && TakeBefore(next, second).IsSameKind(story.Violation));
    }

    /// <summary>Runs with the steps of a party, up to one of them, taken before an earlier step of another party.</summary>
    private Violation TakeBefore(int first, int second)
    {
        StoryEvent moved = steps[second];
        Deviation earlier = first == 0
            ? new Deviation(0, (byte)moved.Party, 1)
            : new Deviation((byte)steps[first - 1].Party, (byte)moved.Party, steps[first - 1].Point + 1);
        var back = new Deviation((byte)moved.Party, (byte)steps[first].Party, moved.Point + 1);
        swapped.Clear();
        foreach (Deviation deviation in schedule.Deviations)
        {
            if (!IsSamePoint(deviation, earlier) && !IsSamePoint(deviation, back))
            {
                swapped.Add(deviation);
            }
        }

        swapped.Add(earlier);
        swapped.Add(back);
        replay.Load(swapped, isStrict: false);
        return runner.Run(story.Scenario, replay, defects).Violation;
    }

    /// <summary>Whether a story has both steps, by what they do, the second one first.</summary>
    private bool IsSwapped(Story other, StoryEvent first, StoryEvent second)
    {
        int early = other.Events.FindIndex(each => IsSame(other, each, second));
        int late = early < 0 ? -1 : other.Events.FindIndex(early, each => IsSame(other, each, first));
        int before = other.Events.FindIndex(each => each.Party == first.Party && each.Point == first.Point
            && IsSame(other, each, first));
        return late >= 0 && before > early;
    }

    private bool IsSame(Story other, StoryEvent each, StoryEvent step) =>
        each.Party == step.Party && each.Kind == step.Kind && each.Subject == step.Subject
        && DecidingPair.TextOf(other, each) == DecidingPair.TextOf(story, step);

    /// <summary>How the call that is violated otherwise ends, or null when it does not: then the race did not take
    /// place.</summary>
    private string? Outcome(Story other)
    {
        int call = story.Violation.Call;
        if (call < 0)
        {
            return "nothing is violated";
        }

        string text = StoryWords.CallText(story.Scenario, call);
        string name = story.NameOf(story.Violation.Strand);
        StoryNote last = other.Events.SelectMany(each => each.Notes).LastOrDefault(note =>
            note.Kind is NoteKind.CallBegin or NoteKind.CallEnd && note.First == call);
        return last.Kind switch
        {
            NoteKind.CallEnd => $"{text} returns {StoryWords.ResultText(story.Scenario, last.Second)}",
            NoteKind.CallBegin when !other.Unfinished.Contains((story.Violation.Strand, call)) => $"{name} ends in {text}",
            _ => null,
        };
    }

    private static bool IsSamePoint(Deviation left, Deviation right) => left.Party == right.Party && left.Point == right.Point;
}
