// Every schedule of a scenario with at most one deviation: the default order, and at each point at which somebody else could run,
// each of those who could. A signal of the scenario thereby comes at every step of every call. It is exhaustive: what it does
// not find needs two unlucky delays or another scenario. Violations are told apart as in a campaign, by the signatures of their
// shrunk forms, so that one race seen at ten points counts as one; of each the first schedule of the whole scenario is kept. A
// fault that the default order has already needs no deviation, so whatever deviation shows it again counts as that one.

using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Runs a scenario under every schedule with at most one deviation.</summary>
public static class StepSweep
{
    /// <summary>Sweeps.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="program">The scenario.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="stop">Ends the sweep early.</param>
    /// <returns>What was seen.</returns>
    public static SweepReport Run(ScenarioRunner runner, Program program, DefectSet defects, CancellationToken stop)
    {
        var deviations = new SingleDeviation();
        var faults = new List<SweepFault>();
        SearchTotals totals = default;
        bool isInterrupted = deviations.Enumerate(runner, () =>
        {
            RunResult result = runner.Run(program, deviations, defects);
            totals = totals.With(result);
            if (!result.Violation.IsNone)
            {
                Count(faults, runner, program, result.Violation);
            }

            return stop.IsCancellationRequested;
        });
        return new SweepReport
        {
            Totals = totals,
            Faults = Name(runner, program, defects, faults),
            IsComplete = deviations.IsComplete && !isInterrupted,
            IsInterrupted = isInterrupted,
        };
    }

    private static List<SweepFault> Name(
        ScenarioRunner runner, Program program, DefectSet defects, List<SweepFault> faults)
    {
        var named = new List<SweepFault>();
        foreach (SweepFault fault in faults)
        {
            ShrinkResult shrunk = new Shrinker(runner, defects).Shrink(program, fault.First, fault.Violation);
            Verify.That(shrunk.Reproduces, "a violation of a sweep did not recur when its schedule was replayed");
            string signature = Signature.Of(runner, shrunk.Violation);
            SweepFault? same = named.Find(each => each.Signature == signature);
            if (same is null)
            {
                named.Add(new SweepFault(signature, fault.Violation, fault.First, fault.FirstLine) { Count = fault.Count });
            }
            else
            {
                same.Count += fault.Count;
            }
        }

        return named;
    }

    private static void Count(List<SweepFault> faults, ScenarioRunner runner, Program program, Violation violation)
    {
        string signature = Signature.Of(runner, violation);
        SweepFault? fault = faults.Find(
            each => each.Signature == signature || (each.First.Count == 0 && each.Violation.IsSameFault(violation)));
        if (fault is null)
        {
            var first = new Schedule();
            first.CopyFrom(runner.Recorded);
            fault = new SweepFault(signature, violation, first, RecordedLine.Of(runner, program).ToString());
            faults.Add(fault);
        }

        fault.Count++;
    }
}

/// <summary>What a sweep has seen.</summary>
public sealed record SweepReport
{
    /// <summary>Sums over all runs; one run per schedule.</summary>
    public required SearchTotals Totals { get; init; }

    /// <summary>The violations by signature, in the order in which they were met.</summary>
    public required IReadOnlyList<SweepFault> Faults { get; init; }

    /// <summary>Whether no schedule was left out.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Whether it was ended before its end.</summary>
    public required bool IsInterrupted { get; init; }

    /// <summary>Schedules with a violation.</summary>
    public ulong Violated => (ulong)Faults.Sum(fault => (long)fault.Count);
}

/// <summary>A violation of a sweep.</summary>
/// <param name="signature">Its signature.</param>
/// <param name="violation">The first of them.</param>
/// <param name="first">First schedule that shows it.</param>
/// <param name="firstLine">That schedule as a line.</param>
public sealed class SweepFault(string signature, Violation violation, Schedule first, string firstLine)
{
    /// <summary>Signature.</summary>
    public string Signature => signature;

    /// <summary>The first violation with it.</summary>
    public Violation Violation => violation;

    /// <summary>First schedule that shows it.</summary>
    public Schedule First => first;

    /// <summary>That schedule as a line.</summary>
    public string FirstLine => firstLine;

    /// <summary>Number of schedules that show it.</summary>
    public ulong Count { get; internal set; }
}
