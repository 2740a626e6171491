// Measures reads under several protocols in interleaved rounds: each round measures the floor and then every protocol in every
// situation for a short while, so that whatever disturbs the machine disturbs all alike. The kernel's thread of a host runs
// only during its turn: never more than two threads spin.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Workloads.Reads;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running.Threaded;

namespace Managarm.Perf.Bench.Latency;

/// <summary>Latencies by protocol and situation.</summary>
internal sealed class LatencyMeasurement : IDisposable
{
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

    private void MeasureFloor(CancellationToken stop)
    {
        floor.Prepare();
        RoundLatencies.WarmUp(floor, stop);
        floorLatencies.MeasureTurn(floor, stop);
        floor.Suspend();
    }

    private static void Measure(Turn turn, CancellationToken stop)
    {
        ReadWorkload workload = turn.Workload;
        workload.Prepare();
        RoundLatencies.WarmUp(workload, stop);
        long ineffective = workload.Ineffective;
        HostCensus before = workload.TakeCensus();
        turn.Reads += turn.Latencies.MeasureTurn(workload, stop);
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
}
