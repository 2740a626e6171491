// The latencies of one thing over interleaved rounds. Reads during which the host took a processor away from one of our threads
// are kept apart: they say how busy the machine was, and what is left over is ours. What `ratios`, `compare` and `run` show for
// the same workload is the mean of a slice, so that is kept, too, with everything in it.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Latency;

/// <summary>Latencies of one workload.</summary>
public sealed class RoundLatencies
{
    private const double WarmSeconds = 0.01;
    private const double TurnSeconds = 0.05;
    private const int Batch = 50;

    private readonly LatencyHistogram all = new();
    private readonly LatencyHistogram stalled = new();
    private readonly LatencyHistogram round = new();
    private readonly LatencyHistogram batch = new();
    private readonly List<double> medians = [];
    private readonly List<double> means = [];

    /// <summary>Lets a prepared workload run without looking at it.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>Operations that were performed.</returns>
    public static long WarmUp(ILatencyWorkload workload, CancellationToken stop)
    {
        workload.Latencies = null;
        return Repeat(workload, WarmSeconds, static () => { }, stop);
    }

    /// <summary>Gives a prepared workload a turn.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="stop">Ends the turn early.</param>
    /// <returns>Operations that were performed.</returns>
    public long MeasureTurn(ILatencyWorkload workload, CancellationToken stop)
    {
        workload.Latencies = batch;
        long total = 0;
        long count = 0;
        long switches = HostSwitches.Count();
        long operations = Repeat(workload, TurnSeconds, EndBatch, stop);
        EndRound(total, count);
        workload.Latencies = null;
        return operations;

        void EndBatch()
        {
            long now = HostSwitches.Count();
            total += (long)(batch.MeanNanoseconds * batch.Count);
            count += batch.Count;
            (now == switches ? round : stalled).Add(batch);
            switches = now;
            batch.Clear();
        }
    }

    /// <summary>What was measured so far.</summary>
    public LatencyDistribution Report() => new(
        all.Count,
        means.Count == 0 ? 0 : Median.Of(means),
        all.Percentile(50),
        all.Percentile(90),
        all.Percentile(99),
        all.Percentile(99.9),
        all.Percentile(99.99),
        all.MaximumNanoseconds,
        stalled.Count,
        stalled.MaximumNanoseconds,
        Steadiness.Of(medians).Spread,
        LatencyScale.Split(all));

    private static long Repeat(ILatencyWorkload workload, double seconds, Action endBatch, CancellationToken stop)
    {
        long operations = 0;
        var end = Deadline.After(seconds);
        do
        {
            workload.Run(Batch);
            operations += Batch;
            endBatch();
        }
        while (!end.HasPassed && !stop.IsCancellationRequested);
        return operations;
    }

    private void EndRound(long total, long count)
    {
        if (count > 0)
        {
            means.Add((double)total / count);
        }

        if (round.Count > 0)
        {
            medians.Add(Math.Max(1, round.Percentile(50)));
        }

        all.Add(round);
        round.Clear();
    }
}
