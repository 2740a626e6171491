// Decides whether a candidate still shows the violation, on a runner of its own, so that several decide at once. The schedule at
// hand is replayed leniently first. Leaving something out moves the points of its party, so a candidate that is then clean is
// searched within a stated bound: the default order; every single deviation from it; where more are allowed, for each deviation
// of the schedule every other one in its place, and a hundred random schedules. With at most one deviation that is exhaustive.
// A violation of `allowed` counts only while the expectations stand on the baseline as they did (BaselineCheck): what made one
// true may not go while it stays.
// The verdict is a function of candidate, target and size, and of nothing that was run before.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Tries candidates.</summary>
internal sealed class ShrinkEvaluator
{
    private const int RandomRuns = 100;
    private const int MostReplaced = 4;

    private readonly ScenarioRunner runner;
    private readonly DefectSet defects;
    private readonly Replay replay = new();
    private readonly DelayBounded random = new();
    private readonly SingleDeviation single = new();
    private readonly Schedule others = new();
    private readonly Schedule mapped = new();
    private readonly ShortName[] names = new ShortName[Scheduler.MaxParties];
    private readonly TextBuffer scratch = new();
    private BaselineCheck? baseline;
    private Violation target;
    private ShrinkMeasure bound;
    private bool isShown;

    internal ShrinkEvaluator(ScenarioRunner runner, DefectSet defects)
    {
        this.runner = runner;
        this.defects = defects;
    }

    /// <summary>The candidate that was tried last; after a success the runner still holds its run.</summary>
    internal ShrinkCandidate Candidate { get; } = new();

    /// <summary>The runner.</summary>
    internal ScenarioRunner Runner => runner;

    /// <summary>Runs that the last candidate took.</summary>
    internal int Runs { get; private set; }

    /// <summary>Identity of the last candidate.</summary>
    internal ulong Key { get; private set; }

    /// <summary>What became of the last candidate.</summary>
    internal ShrinkVerdict Verdict { get; private set; }

    /// <summary>What the baseline says of the last candidate, after a success.</summary>
    internal BaselineVerdict Baseline { get; private set; }

    /// <summary>Whether nothing more is to be tried; a candidate that is in hand is lost then.</summary>
    internal Func<bool> EndsEarly { get; init; } = static () => false;

    /// <summary>Begins with a finding.</summary>
    /// <param name="check">Judges the expectations of its candidates, or null when they do not matter.</param>
    internal void Begin(BaselineCheck? check) => baseline = check;

    /// <summary>Makes a candidate of a finding and tries it.</summary>
    /// <param name="reduction">Makes the candidate.</param>
    /// <param name="number">Which one.</param>
    /// <param name="best">The finding at hand.</param>
    /// <param name="memo">What is known; only read.</param>
    internal void Evaluate(IReduction reduction, int number, ShrinkState best, ShrinkMemo memo)
    {
        Runs = 0;
        target = best.Target;
        bound = best.Size;
        Candidate.Begin(best.Scenario, best.Schedule);
        if (!reduction.Apply(Candidate, number) || !Prepare(best))
        {
            Verdict = ShrinkVerdict.NoCandidate;
            return;
        }

        Key = ShrinkMemo.KeyOf(Candidate, scratch);
        if (memo.Contains(Key))
        {
            Verdict = ShrinkVerdict.KnownAsLost;
            return;
        }

        bool isShownNow = (TryReplay(Candidate.Schedule) || (Candidate.IsSearched && TrySearch())) && IsSound(best);
        Verdict = isShownNow ? ShrinkVerdict.Shown : ShrinkVerdict.Lost;
    }

    /// <summary>Tries a schedule of the finding at hand.</summary>
    /// <param name="best">The finding.</param>
    /// <param name="schedule">The schedule, followed leniently.</param>
    /// <returns>Whether it shows the violation with no more deviations; the runner then holds the run.</returns>
    internal bool Shows(ShrinkState best, Schedule schedule)
    {
        replay.Load(schedule, isStrict: false);
        return IsShownUnder(best, replay);
    }

    /// <summary>Tries every single deviation on top of some of the finding's own.</summary>
    /// <param name="best">The finding.</param>
    /// <param name="kept">The deviations that stay.</param>
    /// <param name="found">Told of each schedule that shows the violation with no more deviations; the runner holds the
    /// run.</param>
    internal void EnumerateOnTopOf(ShrinkState best, Schedule kept, Action found) => single.EnumerateOnTopOf(kept, () =>
    {
        if (IsShownUnder(best, single))
        {
            found();
        }

        return EndsEarly();
    });

    /// <summary>Replays the finding strictly.</summary>
    /// <param name="best">The finding.</param>
    /// <returns>Whether it shows the violation and every deviation was taken.</returns>
    internal bool ReplayStrictly(ShrinkState best)
    {
        replay.Load(best.Schedule, isStrict: true);
        RunResult result = runner.Run(best.Scenario, replay, defects);
        replay.Finish();
        return result.Violation.IsSameKind(best.Target) && replay.DivergedAt < 0;
    }

    /// <summary>Whether the baseline takes the candidate's expectations no worse than those of the finding at hand.</summary>
    private bool IsSound(ShrinkState best)
    {
        Baseline = best.Baseline;
        if (baseline is not null && !Candidate.Scenario.ContentEquals(best.Scenario))
        {
            Baseline = baseline.Judge(Candidate.Scenario);
            Runs += baseline.Runs;
        }

        return Baseline <= best.Baseline;
    }

    private bool IsShownUnder(ShrinkState best, IScheduleStrategy strategy)
    {
        RunResult result = runner.Run(best.Scenario, strategy, defects);
        return result.Violation.IsSameKind(best.Target) && !runner.Recorded.IsTruncated
            && runner.Recorded.Count <= best.Schedule.Count;
    }

    /// <summary>Repairs the candidate and maps its schedule; false when it is no scenario or cannot be smaller.</summary>
    private bool Prepare(ShrinkState best)
    {
        ScenarioRepair.Apply(Candidate.Scenario);
        return ScenarioRules.Check(Candidate.Scenario) == ScenarioProblem.None
            && ShrinkMeasure.Of(Candidate.Scenario, deviations: 0) < bound
            && MapSchedule(best.Scenario);
    }

    /// <summary>Translates the schedule to the candidate's party numbers; deviations of parties that are gone go, too.</summary>
    private bool MapSchedule(Scenario scenario)
    {
        int count = runner.System.Parties.List(scenario, names);
        ReadOnlySpan<ShortName> before = names.AsSpan(0, count);
        Span<ShortName> after = stackalloc ShortName[Scheduler.MaxParties];
        after = after[..runner.System.Parties.List(Candidate.Scenario, after)];
        mapped.Clear();
        foreach (Deviation deviation in Candidate.Schedule.Deviations)
        {
            int party = after.IndexOf(before[deviation.Party]);
            int next = after.IndexOf(before[deviation.Next]);
            if (party >= 0 && next >= 0)
            {
                mapped.Add(new Deviation((byte)party, (byte)next, deviation.Point));
            }
        }

        Candidate.Schedule.CopyFrom(mapped);
        return after.Length > 1;
    }

    private bool TryReplay(Schedule schedule)
    {
        replay.Load(schedule, isStrict: false);
        return Try(replay);
    }

    /// <summary>Tries a schedule; says whether to stop, and <see cref="isShown"/> whether it shows the violation.</summary>
    private bool TryOrEnd(IScheduleStrategy strategy)
    {
        isShown = Try(strategy);
        return isShown || EndsEarly();
    }

    private bool Try(IScheduleStrategy strategy)
    {
        Runs++;
        RunResult result = runner.Run(Candidate.Scenario, strategy, defects);
        int deviations = runner.Recorded.Count;
        return result.Violation.IsSameKind(target) && !runner.Recorded.IsTruncated && deviations <= Candidate.MaximumDeviations
            && ShrinkMeasure.Of(Candidate.Scenario, deviations) < bound;
    }

    private bool TrySearch()
    {
        if (Try(NonPreemptive.Instance))
        {
            return true;
        }

        if (Candidate.MaximumDeviations < 1)
        {
            return false;
        }

        uint expectedSteps = runner.System.World.Scheduler.Steps;
        return single.Enumerate(runner, () => TryOrEnd(single))
            ? isShown
            : Candidate.MaximumDeviations > 1 && (TryNeighbours() || TryRandom(expectedSteps));
    }

    /// <summary>Tries for each deviation every other one in its place.</summary>
    private bool TryNeighbours()
    {
        for (int i = 0; Candidate.Schedule.Count <= MostReplaced && i < Candidate.Schedule.Count; i++)
        {
            others.CopyFrom(Candidate.Schedule);
            others.RemoveAt(i);
            if (single.EnumerateOnTopOf(others, () => TryOrEnd(single)))
            {
                return isShown;
            }
        }

        return false;
    }

    private bool TryRandom(uint expectedSteps)
    {
        for (int run = 0; run < RandomRuns; run++)
        {
            random.Seed(
                Prng.Derive(0x5eed, (ulong)run), Math.Min(Candidate.MaximumDeviations, 2 + (run % 3)), expectedSteps);
            if (TryOrEnd(random))
            {
                return isShown;
            }
        }

        return false;
    }
}
