// Measures reads under several protocols in interleaved rounds: each round measures the floor and then every protocol in every
// situation for a short while, so that whatever disturbs the machine disturbs all alike. The kernel's thread of a host runs
// only during its turn: never more than two threads spin.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Bench.Workloads.Reads;
using Managarm.Perf.Results.Statistics;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running.Threaded;

namespace Managarm.Perf.Bench.Latency;

/// <summary>Latencies by protocol and situation.</summary>
internal sealed class LatencyMeasurement : IDisposable
{
    private const double WarmSeconds = 0.01;
    private const double TurnSeconds = 0.05;
    private const int Batch = 10;

    private const int Threads = 2;

    private readonly MachineWatch machine = new(Threads);
    private readonly HostRoundTrip floor = new();
    private readonly RoundLatencies floorLatencies = new();
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
    /// <param name="progress">Told who has it.</param>
    /// <param name="stop">Ends the round early.</param>
    internal void MeasureRound(Action<string> progress, CancellationToken stop)
    {
        MeasureFloor(stop);
        foreach (Turn turn in turns)
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            progress($"round {rounds + 1}: {turn.Workload.Protocol}, {ReadWorkload.NameOf(turn.Workload.Kind)}");
            Measure(turn, stop);
        }

        rounds++;
    }

    /// <summary>What was measured so far.</summary>
    internal LatencyReport Report() => new(
        1,
        Environment.ProcessorCount,
        rounds,
        machine.Read(),
        floorLatencies.Report(),
        [.. turns.Select(turn => turn.Report())]);

    /// <inheritdoc/>
    public void Dispose()
    {
        floor.Dispose();
        turns.ForEach(turn => turn.Workload.Dispose());
    }

    private static long Repeat(IWorkload workload, double seconds, CancellationToken stop)
    {
        long operations = 0;
        var end = Deadline.After(seconds);
        do
        {
            workload.Run(Batch);
            operations += Batch;
        }
        while (!end.HasPassed && !stop.IsCancellationRequested);
        return operations;
    }

    private void MeasureFloor(CancellationToken stop)
    {
        floor.Prepare();
        floor.Latencies = null;
        Repeat(floor, WarmSeconds, stop);
        floor.Latencies = floorLatencies.Round;
        Repeat(floor, TurnSeconds, stop);
        floorLatencies.EndRound();
        floor.Suspend();
    }

    private static void Measure(Turn turn, CancellationToken stop)
    {
        ReadWorkload workload = turn.Workload;
        workload.Prepare();
        workload.Latencies = null;
        Repeat(workload, WarmSeconds, stop);
        workload.Latencies = turn.Latencies.Round;
        long ineffective = workload.Ineffective;
        HostCensus before = workload.TakeCensus();
        turn.Reads += Repeat(workload, TurnSeconds, stop);
        turn.Latencies.EndRound();
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

        internal RoundLatencies Latencies { get; } = new();

        internal long Reads { get; set; }

        internal long Ineffective { get; set; }

        internal long UserEntries { get; set; }

        internal long ServerEntries { get; set; }

        internal long Messages { get; set; }

        internal ReadLatency Report() => new(
            Workload.Protocol,
            ReadWorkload.NameOf(Workload.Kind),
            Ineffective,
            PerRead(UserEntries),
            PerRead(ServerEntries),
            PerRead(Messages),
            Latencies.Report());

        private double PerRead(long count) => (double)count / Math.Max(1, Reads);
    }

    /// <summary>All latencies of one thing, and the median of each round.</summary>
    private sealed class RoundLatencies
    {
        private readonly LatencyHistogram all = new();
        private readonly List<double> medians = [];

        internal LatencyHistogram Round { get; } = new();

        internal void EndRound()
        {
            if (Round.Count > 0)
            {
                medians.Add(Math.Max(1, Round.Percentile(50)));
            }

            all.Add(Round);
            Round.Clear();
        }

        internal LatencyDistribution Report() => new(
            all.Count,
            all.MeanNanoseconds,
            all.Percentile(50),
            all.Percentile(90),
            all.Percentile(99),
            all.Percentile(99.9),
            all.MaximumNanoseconds,
            Steadiness.Of(medians).Spread,
            LatencyScale.Split(all));
    }
}
