// Shrinking makes a finding small enough to be read: calls, parties, signals, deviations, arguments and time go together, by one
// measure (ShrinkMeasure), until no reduction of the catalogue finds a smaller form that shows the violation. Candidates have a
// fixed order; as many as there are runners are tried at once, and the first in order that shows the violation is taken, so the
// result is the same for any number of runners. What was lost once is not searched again. At the end schedule and names get a
// canonical form, so that equal races look equal. Deterministic: depends on the finding alone.
// An expectation goes before what it rests on: a candidate of an `allowed` violation whose expectations fail on the baseline is
// refused, unless those of the finding at hand fail there, too.

using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Shrinks findings under one protocol.</summary>
public sealed class Shrinker
{
    private readonly ShrinkEvaluator[] evaluators;
    private readonly CanonicalSchedule canonical;
    private readonly ShrinkMemo memo = new();
    private readonly ShrinkState best = new();
    private int candidates;
    private int runs;
    private int memoHits;
    private long stepsBefore;

    /// <summary>Ends it early; the result is then the smallest form so far, and could be smaller.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Steps of runs after which it ends early, too, or 0 for no limit. With several runners they are those of the
    /// first, and then the result depends on how many there are.</summary>
    public long MostSteps { get; init; }

    /// <summary>Called with every smaller form and the schedule that shows it; both are valid during the call.</summary>
    public Action<Scenario, Schedule>? Improved { get; init; }

    /// <summary>Makes a shrinker that tries one candidate at a time.</summary>
    /// <param name="runner">Runner of the finding's protocol and profile.</param>
    /// <param name="defects">Defects under which the finding appeared.</param>
    public Shrinker(ScenarioRunner runner, DefectSet defects)
        : this([runner], defects)
    {
    }

    /// <summary>Makes a shrinker that tries several candidates at a time.</summary>
    /// <param name="runners">Runners of the finding's protocol and profile, all alike; the first one shows the result.</param>
    /// <param name="defects">Defects under which the finding appeared.</param>
    public Shrinker(IReadOnlyList<ScenarioRunner> runners, DefectSet defects)
    {
        evaluators = [.. runners.Select(runner => new ShrinkEvaluator(runner, defects) { EndsEarly = () => EndsEarly })];
        canonical = new CanonicalSchedule(evaluators[0]);
    }

    /// <summary>Shrinks a finding.</summary>
    /// <param name="scenario">Its scenario.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="violation">Its violation.</param>
    /// <returns>The smallest form found; it was strictly replayed. Equal to the input if that does not reproduce.</returns>
    public ShrinkResult Shrink(Scenario scenario, Schedule schedule, Violation violation)
    {
        long start = Stopwatch.GetTimestamp();
        memo.Clear();
        stepsBefore = evaluators[0].Runner.Steps;
        candidates = runs = memoHits = 0;
        BaselineCheck?[] checks = [.. evaluators.Select(each => BaselineCheck.For(each.Runner, violation))];
        bool reproduces;
        ShrinkMeasure before;
        try
        {
            best.Begin(scenario, schedule, violation, checks[0]?.Judge(scenario) ?? BaselineVerdict.NotAsked);
            before = best.Size;
            reproduces = Shrink(checks);
        }
        finally
        {
            foreach (BaselineCheck? check in checks)
            {
                check?.Dispose();
            }
        }

        Violation shown = reproduces ? evaluators[0].Runner.System.Ledger.Violation : default;
        var effort = new ShrinkEffort(before, best.Size, candidates, runs, memoHits, Stopwatch.GetElapsedTime(start))
        {
            HasEndedEarly = EndsEarly,
        };
        return new ShrinkResult(best.Scenario, best.Schedule, shown, effort, reproduces);
    }

    private bool EndsEarly => Stop.IsCancellationRequested
        || (MostSteps > 0 && evaluators[0].Runner.Steps - stepsBefore > MostSteps);

    /// <summary>Shrinks the finding at hand; false if it does not reproduce.</summary>
    private bool Shrink(BaselineCheck?[] checks)
    {
        for (int i = 0; i < evaluators.Length; i++)
        {
            evaluators[i].Begin(checks[i]);
        }

        if (!evaluators[0].Shows(best, best.Schedule))
        {
            return false;
        }

        best.Reschedule(evaluators[0].Runner.Recorded);
        ReduceToFixpoint();
        StandardNames.Apply(best.Scenario);
        return evaluators[0].ReplayStrictly(best);
    }

    /// <summary>
    /// Reduces until nothing gets smaller and the schedule is canonical. The canonical schedule may show the violation where
    /// the one before it did not, so the reductions have the last word; each round that goes on has made the finding smaller.
    /// </summary>
    private void ReduceToFixpoint()
    {
        bool hasChanged = true;
        while (hasChanged)
        {
            while (ReduceOnce())
            {
            }

            if (!EndsEarly)
            {
                canonical.Apply(best);
            }

            hasChanged = ReduceOnce();
        }
    }

    private bool ReduceOnce()
    {
        bool hasChanged = false;
        foreach (IReduction reduction in ReductionCatalog.All)
        {
            hasChanged |= Reduce(reduction);
        }

        return hasChanged;
    }

    private bool Reduce(IReduction reduction)
    {
        bool hasChanged = false;
        int number = 0;
        int count = reduction.CountOf(best.Scenario, best.Schedule);
        while (number < count && !EndsEarly)
        {
            int width = Math.Min(evaluators.Length, count - number);
            Evaluate(reduction, number, width);
            int taken = FindFirst(width);
            number += taken < 0 ? width : taken;
            if (taken >= 0)
            {
                // What has this number now came after what was taken away.
                ShrinkEvaluator shown = evaluators[taken];
                best.Accept(shown.Candidate.Scenario, shown.Runner.Recorded, shown.Baseline);
                Improved?.Invoke(best.Scenario, best.Schedule);
                count = reduction.CountOf(best.Scenario, best.Schedule);
                hasChanged = true;
            }
        }

        return hasChanged;
    }

    private void Evaluate(IReduction reduction, int first, int width)
    {
        if (width == 1)
        {
            evaluators[0].Evaluate(reduction, first, best, memo);
            return;
        }

        try
        {
            Parallel.For(0, width, i => evaluators[i].Evaluate(reduction, first + i, best, memo));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <summary>The first candidate of a batch that shows the violation, or -1; counts and remembers those before it.</summary>
    private int FindFirst(int width)
    {
        for (int i = 0; i < width; i++)
        {
            ShrinkEvaluator each = evaluators[i];
            if (each.Verdict == ShrinkVerdict.NoCandidate)
            {
                continue;
            }

            // A neighbour of the same batch may have been the same candidate.
            if (each.Verdict == ShrinkVerdict.KnownAsLost || memo.Contains(each.Key))
            {
                memoHits++;
                continue;
            }

            candidates++;
            runs += each.Runs;
            if (each.Verdict == ShrinkVerdict.Shown)
            {
                return i;
            }

            memo.Add(each.Key);
        }

        return -1;
    }
}
