// Finds the steps whose order decides, by trying: two steps of different parties are swapped, everything else is kept as far as
// lenient replay can, and if then nothing is violated, their order decides. At a deviation the candidates are what others did while
// a party was held back, against what that party did next; without deviations, all pairs. Pairs that touch the same object, one of
// them writing, come first, and of these the closest, because between close steps little else can explain the difference. A
// swap counts only if the run really takes both steps, in the other order. Bounded by a number of swaps.

using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Finds deciding steps.</summary>
public sealed class DecidingOrder
{
    private const int MaximumSwaps = 64;
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
        foreach ((int first, int second) in pairs.OrderBy(pair => DoConflict(pair.First, pair.Second) ? 0 : 1)
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

    /// <summary>Swaps two steps; what happens then, or null when that is no swap or the violation stays.</summary>
    private string? TrySwap(int first, int second)
    {
        StoryEvent one = steps[first];
        StoryEvent other = steps[second];
        Deviation earlier = first == 0
            ? new Deviation(0, (byte)other.Party, 1)
            : new Deviation((byte)steps[first - 1].Party, (byte)other.Party, steps[first - 1].Point + 1);
        var back = new Deviation((byte)other.Party, (byte)one.Party, other.Point + 1);
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
        var watch = new SwapWatch(one, other, story.Violation.Call);
        RunResult result = Run(watch);
        return result.Violation.IsNone && watch.IsSwapped ? watch.Outcome(story) : null;
    }

    private RunResult Run(SwapWatch watch)
    {
        Trace trace = runner.System.World.Trace;
        trace.IsEnabled = true;
        trace.Listener = watch;
        try
        {
            return runner.Run(story.Program, replay, defects);
        }
        finally
        {
            trace.IsEnabled = false;
            trace.Listener = null;
        }
    }

    private static bool IsSamePoint(Deviation left, Deviation right) => left.Party == right.Party && left.Point == right.Point;
}
