// The interleaved runner. In each launch every contestant gets a fresh process; the processes take turns in mirrored rounds,
// A B C C B A, and while one measures the others wait. So what disturbs the machine for longer than a slice disturbs all alike,
// what drifts cancels out, and what differs from process to process shows as a difference between launches, over which the
// intervals are formed. BenchmarkDotNet measures one thing after the other and cannot do this.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Runner;

/// <summary>Measures contestants against each other.</summary>
public sealed class Contest
{
    private const double SliceNanoseconds = 10e6;
    private const int WarmUpMilliseconds = 400;
    private const int MinimumRounds = 5;
    private const int MaximumOperations = 1 << 30;

    private readonly IReadOnlyList<Contestant> contestants;
    private readonly CancellationToken stop;
    private readonly ContestTable table;
    private readonly long[] bytes;
    private readonly long[] performed;
    private readonly MachineWatch machine;
    private double childSeconds;

    private Contest(IReadOnlyList<Contestant> contestants, CancellationToken stop)
    {
        this.contestants = contestants;
        this.stop = stop;
        table = new ContestTable(contestants.Count);
        bytes = new long[contestants.Count];
        performed = new long[contestants.Count];
        machine = new MachineWatch(contestants.Max(ThreadsOf));
    }

    /// <summary>Measures.</summary>
    /// <param name="contestants">At least two.</param>
    /// <param name="launches">Number of launches, at least <see cref="SignedRank.MinimumCount"/>.</param>
    /// <param name="seconds">About how long all of it may take; every launch starts, warms up and measures a few rounds in any
    /// case.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ChildException">A child failed, or a signal came.</exception>
    public static ContestResult Measure(
        IReadOnlyList<Contestant> contestants, int launches, double seconds, CancellationToken stop = default)
    {
        var contest = new Contest(contestants, stop);
        var total = Deadline.After(seconds);
        bool isPinned = true;
        for (int launch = 0; launch < launches; launch++)
        {
            var end = Deadline.After(total.SecondsLeft / (launches - launch));
            isPinned &= contest.Launch(launch, end);
        }

        double[] bytesPerOperation = [.. contest.bytes.Zip(contest.performed, (bytes, operations) => (double)bytes / operations)];
        return new ContestResult(contest.table, bytesPerOperation, isPinned, contest.machine.Read(contest.childSeconds));
    }

    private static int ThreadsOf(Contestant contestant)
    {
        using IWorkload? workload = WorkloadCatalog.Make(contestant.Workload);
        return workload?.Threads ?? 1;
    }

    private bool Launch(int launch, Deadline end)
    {
        var children = new List<ChildProcess>();
        try
        {
            foreach (Contestant contestant in contestants)
            {
                children.Add(ChildProcess.Start(contestant, stop));
            }

            bool isPinned = children.TrueForAll(child => child.Ask(line => line.AwaitReady()));
            int[] operations = [.. children.Select(Calibrate)];
            table.BeginLaunch();
            for (int round = 0; round < MinimumRounds || !end.HasPassed; round++)
            {
                MeasureRound(children, operations, launch + round);
            }

            childSeconds += children.Sum(child => child.ProcessorSeconds);
            return isPinned;
        }
        finally
        {
            children.ForEach(child => child.CloseInput());
            children.ForEach(child => child.Dispose());
        }
    }

    private static int Calibrate(ChildProcess child)
    {
        double nanoseconds = child.Ask(line => line.WarmUp(WarmUpMilliseconds));
        return (int)Math.Clamp(SliceNanoseconds / nanoseconds, 1, MaximumOperations);
    }

    // Who begins changes from round to round, so that nobody is always the one after the pause between two rounds.
    private void MeasureRound(List<ChildProcess> children, int[] operations, int rotation)
    {
        int count = children.Count;
        Span<double> first = stackalloc double[count];
        Span<double> second = stackalloc double[count];
        for (int turn = 0; turn < 2 * count; turn++)
        {
            int place = turn < count ? turn : (2 * count) - 1 - turn;
            int contestant = (place + rotation) % count;
            (turn < count ? first : second)[contestant] = MeasureSlice(children[contestant], contestant, operations[contestant]);
        }

        table.AddRound(first, second);
    }

    private double MeasureSlice(ChildProcess child, int contestant, int operations)
    {
        if (stop.IsCancellationRequested)
        {
            throw ChildException.Interrupted();
        }

        (long nanoseconds, long allocated) = child.Ask(line => line.Run(operations));
        bytes[contestant] += allocated;
        performed[contestant] += operations;
        return (double)nanoseconds / operations;
    }
}

// What a contest found: times as logarithms by launch and round, bytes as sums. Commands turn it into tables and documents.
/// <summary>Outcome of a contest.</summary>
/// <param name="Table">Times.</param>
/// <param name="BytesPerOperation">Bytes allocated per operation by each contestant's whole process; the runtime's own
/// background work is in it, some kilobytes over millions of operations.</param>
/// <param name="IsPinned">Whether all threads were bound to processors.</param>
/// <param name="Machine">What else the machine did.</param>
public sealed record ContestResult(
    ContestTable Table, IReadOnlyList<double> BytesPerOperation, bool IsPinned, Quietness Machine);

// One side of a comparison: which workload of which program. Two contestants may be the same workload, of two revisions or of
// one, which is how the runner is compared with itself.
/// <summary>Something that takes part in a contest.</summary>
/// <param name="Name">Name in messages and tables.</param>
/// <param name="Program">Program that knows the workload.</param>
/// <param name="Workload">Name of the workload.</param>
/// <param name="SlowDownPercent">Planted slow-down, 0 for none.</param>
public sealed record Contestant(string Name, ChildProgram Program, string Workload, int SlowDownPercent = 0)
{
    /// <summary>A workload of this program.</summary>
    public static Contestant Of(string workload) => new(workload, ChildProgram.Current, workload);
}
