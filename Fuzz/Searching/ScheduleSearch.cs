// Searches for a violation of one scenario by one strategy, with a bounded number of runs. What the strategy needs to know of
// the scenario it learns from a run before the first, which is not counted.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Searching;

/// <summary>A bounded search.</summary>
internal static class ScheduleSearch
{
    /// <summary>Searches.</summary>
    /// <param name="runner">The runner; at the end its recorded schedule is that of the last run.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="strategy">The strategy.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="runs">Number of runs at most.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="accepts">Which violation counts.</param>
    /// <param name="context">Told of progress; ends the search.</param>
    /// <returns>The last run.</returns>
    internal static SearchResult Run(
        ScenarioRunner runner, Scenario scenario, StrategyChoice strategy, ulong seed, ulong runs, DefectSet defects,
        Func<Violation, bool> accepts, CommandContext context)
    {
        strategy.Prepare(runner, scenario, defects);
        SearchTotals totals = default;
        context.Progress.Say(() => $"run {totals.Runs} of {runs}");
        for (ulong run = 0; ; run++)
        {
            RunResult result = runner.Run(scenario, strategy.For(seed, run), defects);
            totals = totals.With(result);
            bool isFound = !result.Violation.IsNone && accepts(result.Violation);
            if (isFound || run + 1 >= runs || context.Stop.IsCancellationRequested)
            {
                return new SearchResult(result, totals, isFound, runs) { Bound = strategy.Bound };
            }
        }
    }
}

/// <summary>What a search did.</summary>
/// <param name="Last">The last run; the violation is its.</param>
/// <param name="Totals">Sums over all runs.</param>
/// <param name="IsFound">Whether the last run has the violation that was searched.</param>
/// <param name="Limit">How many runs there would have been at most.</param>
internal sealed record SearchResult(RunResult Last, SearchTotals Totals, bool IsFound, ulong Limit)
{
    /// <summary>What the strategy promised for this scenario, if it is PCT.</summary>
    internal PriorityChangeBound? Bound { get; init; }

    /// <summary>Whether the search was ended before it found something or made all its runs.</summary>
    internal bool IsInterrupted => !IsFound && Totals.Runs < Limit;
}

/// <summary>Sums over runs.</summary>
/// <param name="Runs">Runs.</param>
/// <param name="Calls">Calls.</param>
/// <param name="Steps">Steps.</param>
/// <param name="Decisions">Decisions.</param>
public readonly record struct SearchTotals(ulong Runs, ulong Calls, ulong Steps, ulong Decisions)
{
    /// <summary>The sums with one more run.</summary>
    /// <param name="result">The run.</param>
    internal SearchTotals With(in RunResult result) =>
        new(Runs + 1, Calls + result.Counters.Calls, Steps + result.Steps, Decisions + result.Decisions);

    /// <summary>All but the runs, in words.</summary>
    internal string ToText() =>
        $"{Plural.Of((long)Calls, "call")}, {Plural.Of((long)Steps, "step")}, {Plural.Of((long)Decisions, "decision")}";
}
