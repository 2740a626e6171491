// Measures one protocol on a list of scenarios. A slice runs every scenario a fixed number of times with the same seeds in
// every round, so each slice of a variant does the same work: counts come from one slice, times from all.

using System.Diagnostics;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Results.Statistics;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Bench.Costs;

/// <summary>Slices of the seed corpus under one protocol.</summary>
internal sealed class ProtocolMeasurement : IDisposable
{
    private const int RunsPerScenario = 20;
    private static readonly int ResetColumn = CostVariant.All.Count;
    private static readonly int BeginColumn = ResetColumn + 1;
    private static readonly int Columns = BeginColumn + 1;

    private readonly IReadOnlyList<Scenario> scenarios;
    private readonly ScenarioRunner runner;
    private readonly CostStrategies strategies;
    private readonly RoundTable nanosecondsPerStep = new(Columns);
    private readonly RoundTable nanosecondsPerRun = new(Columns);
    private readonly SliceCounts[] counts = new SliceCounts[Columns];

    internal ProtocolMeasurement(IProtocol protocol, IReadOnlyList<Scenario> scenarios)
    {
        this.scenarios = scenarios;
        runner = new ScenarioRunner(protocol, Profile.Managarm);
        strategies = new CostStrategies(runner);
    }

    internal int Rounds => nanosecondsPerRun.Count;

    /// <inheritdoc/>
    public void Dispose() => runner.Dispose();

    internal void WarmUp(CancellationToken stop)
    {
        for (int variant = 0; variant < CostVariant.All.Count && !stop.IsCancellationRequested; variant++)
        {
            RunSlice(CostVariant.All[variant]);
        }

        ResetSlice();
        BeginSlice();
    }

    internal void MeasureRound(CancellationToken stop)
    {
        for (int variant = 0; variant < CostVariant.All.Count; variant++)
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            long start = Stopwatch.GetTimestamp();
            counts[variant] = RunSlice(CostVariant.All[variant]);
            Add(variant, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        long resetStart = Stopwatch.GetTimestamp();
        counts[ResetColumn] = ResetSlice();
        Add(ResetColumn, Stopwatch.GetElapsedTime(resetStart).TotalNanoseconds);
        long beginStart = Stopwatch.GetTimestamp();
        counts[BeginColumn] = BeginSlice();
        Add(BeginColumn, Stopwatch.GetElapsedTime(beginStart).TotalNanoseconds);
    }

    internal ProtocolCosts Report()
    {
        var speeds = new VariantSpeed[CostVariant.All.Count];
        for (int variant = 0; variant < speeds.Length; variant++)
        {
            speeds[variant] = SpeedOf(variant);
        }

        return new ProtocolCosts(
            runner.System.Protocol.Name,
            Rounds,
            speeds,
            nanosecondsPerStep.MedianRatio(CostVariant.Oracle, CostVariant.Bare) - 1,
            nanosecondsPerStep.MedianRatio(CostVariant.Log, CostVariant.Bare) - 1,
            nanosecondsPerStep.MedianRatio(CostVariant.Walk, CostVariant.Bare) - 1,
            runner.System.World.Arena.TemplateBytes,
            nanosecondsPerRun.MedianRatio(ResetColumn, CostVariant.WalkFull),
            nanosecondsPerRun.MedianRatio(BeginColumn, CostVariant.WalkFull),
            ShareSpread());
    }

    private VariantSpeed SpeedOf(int variant)
    {
        SliceCounts slice = counts[variant];
        double runsPerSecond = 1e9 / nanosecondsPerRun.Median(variant);
        return new VariantSpeed(
            CostVariant.All[variant].Name,
            nanosecondsPerStep.Median(variant),
            nanosecondsPerStep.Minimum(variant),
            runsPerSecond,
            runsPerSecond * slice.Calls / slice.Runs,
            runsPerSecond * slice.Steps / slice.Runs,
            runsPerSecond * slice.Decisions / slice.Runs,
            (double)slice.Bytes / slice.Runs,
            nanosecondsPerStep.SteadinessOf(variant).Spread);
    }

    private double? ShareSpread()
    {
        Steadiness[] ratios =
        [
            nanosecondsPerStep.SteadinessOfRatio(CostVariant.Oracle, CostVariant.Bare),
            nanosecondsPerStep.SteadinessOfRatio(CostVariant.Log, CostVariant.Bare),
            nanosecondsPerStep.SteadinessOfRatio(CostVariant.Walk, CostVariant.Bare),
            nanosecondsPerRun.SteadinessOfRatio(ResetColumn, CostVariant.WalkFull),
            nanosecondsPerRun.SteadinessOfRatio(BeginColumn, CostVariant.WalkFull),
        ];
        return ratios.Any(ratio => ratio.Spread is null) ? null : ratios.Max(ratio => ratio.Spread);
    }

    private void Add(int column, double nanoseconds)
    {
        nanosecondsPerStep.Add(column, nanoseconds / Math.Max(counts[column].Steps, 1));
        nanosecondsPerRun.Add(column, nanoseconds / counts[column].Runs);
    }

    private SliceCounts RunSlice(CostVariant variant)
    {
        runner.System.Ledger.IsEnabled = variant.HasOracle;
        runner.System.World.Log.IsEnabled = variant.HasLog;
        SliceCounts slice = default;
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (Scenario scenario in scenarios)
        {
            strategies.Prepare(variant.Strategy, scenario);
            for (ulong seed = 0; seed < RunsPerScenario; seed++)
            {
                RunResult result = runner.Run(scenario, strategies.For(variant.Strategy, seed), default);
                slice.Runs++;
                slice.Calls += result.Counters.Calls;
                slice.Steps += result.Steps;
                slice.Decisions += result.Decisions;
            }
        }

        slice.Bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return slice;
    }

    private SliceCounts ResetSlice()
    {
        SliceCounts slice = default;
        foreach (Scenario scenario in scenarios)
        {
            runner.Run(scenario, NonPreemptive.Instance, default);
            for (int run = 0; run < RunsPerScenario; run++)
            {
                runner.System.World.Reset(default);
                slice.Runs++;
            }
        }

        return slice;
    }

    private SliceCounts BeginSlice()
    {
        SliceCounts slice = default;
        foreach (Scenario scenario in scenarios)
        {
            for (int run = 0; run < RunsPerScenario; run++)
            {
                runner.System.Begin(scenario, default);
                slice.Runs++;
            }
        }

        return slice;
    }

    private struct SliceCounts
    {
        public long Runs;
        public long Calls;
        public long Steps;
        public long Decisions;
        public long Bytes;
    }
}
