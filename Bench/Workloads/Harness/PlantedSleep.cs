// A workload whose cost is known, to measure the harnesses by: every operation owes a fixed time, which is slept off by the
// millisecond and the rest of it spun off. What a sleep takes too long is kept against the next runs, of which each lasts half
// its time at least: the mean over many operations is what was planted, on a busy machine, too. A stall that now and then
// makes one run much longer stands for a host that takes the processor away: a mean shows it, a median over slices must not.

using System.Diagnostics;
using Managarm.Perf.Bench.Workloads.Threads;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Workloads.Harness;

/// <summary>Sleeps for a known time per operation.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="operationNanoseconds">Time of an operation.</param>
/// <param name="stallEvery">Runs from one stall to the next, 0 for none.</param>
public sealed class PlantedSleep(string name, long operationNanoseconds, int stallEvery = 0) : ILatencyWorkload
{
    /// <summary>Time of an operation of the plain one; the double one has twice that.</summary>
    public const long PlainNanoseconds = 5000;

    /// <summary>How long a stall is.</summary>
    public const int StallMilliseconds = 50;

    private const long NanosecondsPerMillisecond = 1_000_000;

    private long owed;
    private long runs;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Summary => $"the harness itself: {operationNanoseconds} ns of sleep per operation"
        + (stallEvery > 0 ? $", and a stall of {StallMilliseconds} ms in every {stallEvery}th run" : "");

    /// <inheritdoc/>
    public string Unit => "operation";

    /// <inheritdoc/>
    public bool Sleeps => true;

    /// <inheritdoc/>
    public LatencyHistogram? Latencies { get; set; }

    /// <inheritdoc/>
    public void Prepare() => owed = 0;

    /// <inheritdoc/>
    public void Suspend()
    {
        // It has no thread of its own.
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long start = Stopwatch.GetTimestamp();
        long own = operations * operationNanoseconds;
        owed += own;
        long due = Math.Max(owed, own / 2);
        if (due >= NanosecondsPerMillisecond)
        {
            Thread.Sleep((int)(due / NanosecondsPerMillisecond));
        }

        while (ElapsedNanoseconds(start) < due)
        {
            BoundedSpin.Pause();
        }

        owed -= ElapsedNanoseconds(start);
        if (stallEvery > 0 && ++runs % stallEvery == 0)
        {
            Thread.Sleep(StallMilliseconds);
        }

        Record(operations, ElapsedNanoseconds(start));
        return operations;
    }

    /// <inheritdoc/>
    public void Dispose() => Suspend();

    private static long ElapsedNanoseconds(long start) => (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;

    private void Record(int operations, long nanoseconds)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            Latencies?.Record(nanoseconds / operations);
        }
    }
}
