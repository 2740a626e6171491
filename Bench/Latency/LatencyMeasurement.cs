// Measures reads under several protocols in interleaved rounds: each round measures the floor and then every protocol in every
// situation for a short while, so that whatever disturbs the machine disturbs all alike. The kernel's thread of a host runs
// only during its turn: never more than two threads spin.

using Managarm.Perf.Results;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Bench;

/// <summary>Latencies by protocol and situation.</summary>
internal sealed class LatencyMeasurement : IDisposable
{
    private const double WarmSeconds = 0.01;
    private const double TurnSeconds = 0.05;
    private const int Batch = 10;

    private readonly HostRoundTrip floor = new();
    private readonly LatencyHistogram floorLatencies = new();
    private readonly List<Turn> turns = [];
    private int rounds;

    internal LatencyMeasurement(IEnumerable<IProtocol> protocols)
    {
        foreach (IProtocol protocol in protocols)
        {
            foreach (ReadKind kind in Enum.GetValues<ReadKind>())
            {
                turns.Add(new Turn(new ReadWorkload(protocol, kind)));
            }
        }
    }

    /// <summary>Gives everybody one turn.</summary>
    internal void MeasureRound()
    {
        MeasureFloor();
        turns.ForEach(Measure);
        rounds++;
    }

    /// <summary>What was measured so far.</summary>
    internal LatencyReport Report() => new(
        1, Environment.ProcessorCount, rounds, Distribution(floorLatencies), [.. turns.Select(turn => turn.Report())]);

    /// <inheritdoc/>
    public void Dispose()
    {
        floor.Dispose();
        turns.ForEach(turn => turn.Workload.Dispose());
    }

    private static LatencyDistribution Distribution(LatencyHistogram latencies) => new(
        latencies.Count,
        latencies.MeanNanoseconds,
        latencies.Percentile(50),
        latencies.Percentile(90),
        latencies.Percentile(99),
        latencies.Percentile(99.9),
        latencies.MaximumNanoseconds,
        LatencyScale.Split(latencies));

    private static long Repeat(IWorkload workload, double seconds)
    {
        long operations = 0;
        var end = Deadline.After(seconds);
        do
        {
            workload.Run(Batch);
            operations += Batch;
        }
        while (!end.HasPassed);
        return operations;
    }

    private void MeasureFloor()
    {
        floor.Prepare();
        floor.Latencies = null;
        Repeat(floor, WarmSeconds);
        floor.Latencies = floorLatencies;
        Repeat(floor, TurnSeconds);
        floor.Suspend();
    }

    private static void Measure(Turn turn)
    {
        ReadWorkload workload = turn.Workload;
        workload.Prepare();
        workload.Latencies = null;
        Repeat(workload, WarmSeconds);
        workload.Latencies = turn.Latencies;
        long ineffective = workload.Ineffective;
        HostCensus before = workload.TakeCensus();
        turn.Reads += Repeat(workload, TurnSeconds);
        HostCensus after = workload.TakeCensus();
        turn.Ineffective += workload.Ineffective - ineffective;
        turn.UserEntries += after.UserEntries - before.UserEntries;
        turn.ServerEntries += after.ServerEntries - before.ServerEntries;
        turn.Messages += after.Messages - before.Messages;
        workload.Suspend();
    }

    /// <summary>One protocol in one situation.</summary>
    private sealed class Turn(ReadWorkload workload)
    {
        internal ReadWorkload Workload { get; } = workload;

        internal LatencyHistogram Latencies { get; } = new();

        internal long Reads { get; set; }

        internal long Ineffective { get; set; }

        internal long UserEntries { get; set; }

        internal long ServerEntries { get; set; }

        internal long Messages { get; set; }

        internal ReadLatency Report() => new(
            Workload.Protocol,
            ReadWorkload.NameOf(Workload.Kind),
            Ineffective,
            (double)UserEntries / Reads,
            (double)ServerEntries / Reads,
            (double)Messages / Reads,
            Distribution(Latencies));
    }
}
