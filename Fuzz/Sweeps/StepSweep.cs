// Every schedule of a scenario with at most one deviation: the default order, and at each point at which somebody else could run,
// each of those who could. A signal of the scenario thereby comes at every step of every call. It is exhaustive: what it does
// not find needs two unlucky delays or another scenario. Violations are told apart as in a campaign, by the signatures of their
// shrunk forms, so that one race seen at ten points counts as one; of each the first schedule of the whole scenario is kept. A
// violation that the default order has already needs no deviation, so whatever deviation shows it again counts as that one.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Causes;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Sweeps;

/// <summary>Runs a scenario under every schedule with at most one deviation.</summary>
public static class StepSweep
{
    /// <summary>Sweeps.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="stop">Ends the sweep early.</param>
    /// <returns>What was seen.</returns>
    public static SweepReport Run(ScenarioRunner runner, Scenario scenario, DefectSet defects, CancellationToken stop)
    {
        var deviations = new SingleDeviation();
        var violations = new List<SweptViolation>();
        SearchTotals totals = default;
        bool isInterrupted = deviations.Enumerate(runner, () =>
        {
            RunResult result = runner.Run(scenario, deviations, defects);
            totals = totals.With(result);
            if (!result.Violation.IsNone)
            {
                Count(violations, runner, scenario, result.Violation);
            }

            return stop.IsCancellationRequested;
        });
        return new SweepReport
        {
            Totals = totals,
            Violations = Name(runner, scenario, defects, violations),
            IsComplete = deviations.IsComplete && !isInterrupted,
            IsInterrupted = isInterrupted,
        };
    }

    private static List<SweptViolation> Name(
        ScenarioRunner runner, Scenario scenario, DefectSet defects, List<SweptViolation> violations)
    {
        var named = new List<SweptViolation>();
        using var worlds = new RepairedWorlds(
            runner.System.Protocol, runner.System.Profile, runner.System.JudgesAllCalls, runner.System.RelaxesDispatch);
        var attribution = new Attribution(worlds);
        foreach (SweptViolation swept in violations)
        {
            ShrinkResult shrunk = new Shrinker(runner, defects).Shrink(scenario, swept.First, swept.Violation);
            Verify.That(shrunk.Reproduces, "a violation of a sweep did not recur when its schedule was replayed");
            string signature = Signature.Of(runner, shrunk.Violation);
            SweptViolation? same = named.Find(each => each.Signature == signature);
            if (same is null)
            {
                Cause cause = attribution.Find(
                    shrunk.Scenario, shrunk.Schedule, shrunk.Violation, defects, isRepaired: false);
                named.Add(new SweptViolation(signature, swept.Violation, swept.First, swept.FirstLine)
                {
                    Count = swept.Count,
                    Cause = cause,
                });
            }
            else
            {
                same.Count += swept.Count;
            }
        }

        return named;
    }

    private static void Count(List<SweptViolation> violations, ScenarioRunner runner, Scenario scenario, Violation violation)
    {
        string signature = Signature.Of(runner, violation);
        SweptViolation? swept = violations.Find(
            each => each.Signature == signature || (each.First.Count == 0 && each.Violation.IsSameKind(violation)));
        if (swept is null)
        {
            var first = new Schedule();
            first.CopyFrom(runner.Recorded);
            swept = new SweptViolation(signature, violation, first, RecordedLine.Of(runner, scenario).ToString());
            violations.Add(swept);
        }

        swept.Count++;
    }
}

/// <summary>What a sweep has seen.</summary>
public sealed record SweepReport
{
    /// <summary>Sums over all runs; one run per schedule.</summary>
    public required SearchTotals Totals { get; init; }

    /// <summary>The violations by signature, in the order in which they were met.</summary>
    public required IReadOnlyList<SweptViolation> Violations { get; init; }

    /// <summary>Whether no schedule was left out.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Whether it was ended before its end.</summary>
    public required bool IsInterrupted { get; init; }

    /// <summary>Schedules with a violation.</summary>
    public ulong Violated => (ulong)Violations.Sum(violation => (long)violation.Count);
}

/// <summary>A violation of a sweep.</summary>
/// <param name="signature">Its signature.</param>
/// <param name="violation">The first of them.</param>
/// <param name="first">First schedule that shows it.</param>
/// <param name="firstLine">That schedule as a line.</param>
public sealed class SweptViolation(string signature, Violation violation, Schedule first, string firstLine)
{
    /// <summary>What it is due to; unattributed until it is shrunk.</summary>
    public Cause Cause { get; init; } = Cause.Unattributed;

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
