// Measures the three worlds in one process by interleaved rounds: A B C A B C. In each round every world runs the same seeds;
// the runs of a slice last some ten milliseconds, so that reading the clock costs nothing.

using System.Diagnostics;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Interleaved rounds over the small worlds.</summary>
public sealed class MiniMeasurement : IDisposable
{
    private const int RunsPerSlice = 4000;
    private const double WarmUpShare = 0.3;
    private const int MinimumRounds = 3;

    private readonly MachineWatch machine = new(threads: 1);
    private readonly IMiniWorld[] worlds = [new CoroutineMiniWorld(), new FrameMiniWorld(), new TaskMiniWorld()];
    private readonly RandomWalk strategy = new();
    private readonly RoundTable nanosecondsPerStep = new(3);
    private readonly long[] bytes = new long[3];
    private readonly long[] steps = new long[3];
    private readonly long[] interrupts = new long[3];
    private long runs;

    /// <summary>Measures.</summary>
    /// <param name="seconds">How long, warm-up included.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>What was found, or null when it ended before a round was complete.</returns>
    public MiniReport? Measure(double seconds, CancellationToken stop = default)
    {
        WarmUp(Deadline.After(seconds * WarmUpShare), stop);
        var end = Deadline.After(seconds * (1 - WarmUpShare));
        for (ulong round = 0; nanosecondsPerStep.Count < MinimumRounds || !end.HasPassed; round++)
        {
            if (stop.IsCancellationRequested)
            {
                return nanosecondsPerStep.Count > 0 ? Report() : null;
            }

            for (int world = 0; world < worlds.Length; world++)
            {
                MeasureSlice(world, round);
            }

            runs += RunsPerSlice;
        }

        return Report();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IMiniWorld world in worlds)
        {
            world.Dispose();
        }
    }

    private void WarmUp(Deadline end, CancellationToken stop)
    {
        for (ulong seed = 0; !end.HasPassed && !stop.IsCancellationRequested; seed++)
        {
            foreach (IMiniWorld world in worlds)
            {
                strategy.Seed(seed, 0);
                world.Run(strategy);
            }
        }
    }

    private void MeasureSlice(int world, ulong round)
    {
        long bytesBefore = GC.GetAllocatedBytesForCurrentThread();
        long sliceSteps = 0;
        long start = Stopwatch.GetTimestamp();
        for (ulong run = 0; run < RunsPerSlice; run++)
        {
            strategy.Seed((round * RunsPerSlice) + run, 0);
            MiniResult result = worlds[world].Run(strategy);
            sliceSteps += result.Steps;
            interrupts[world] += result.Interrupts;
        }

        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        bytes[world] += GC.GetAllocatedBytesForCurrentThread() - bytesBefore;
        steps[world] += sliceSteps;
        nanosecondsPerStep.Add(world, nanoseconds / sliceSteps);
    }

    private MiniReport Report()
    {
        var lines = new MiniWorldFigures[worlds.Length];
        for (int world = 0; world < lines.Length; world++)
        {
            Verify.That(steps[world] == steps[0] && interrupts[world] == interrupts[0], "the small worlds disagree");
            lines[world] = new MiniWorldFigures(
                worlds[world].Name,
                nanosecondsPerStep.Minimum(world),
                nanosecondsPerStep.Median(world),
                1e9 / nanosecondsPerStep.Median(world),
                (double)bytes[world] / runs,
                nanosecondsPerStep.MinimumRatio(world, 0),
                nanosecondsPerStep.MedianRatio(world, 0),
                nanosecondsPerStep.SteadinessOf(world).Spread);
        }

        return new MiniReport(
            1,
            nanosecondsPerStep.Count,
            RunsPerSlice,
            (double)steps[0] / runs,
            (double)interrupts[0] / runs,
            machine.Read(),
            lines);
    }
}
