// A workload is something whose cost is measured: one operation, repeated. The same object is driven by BenchmarkDotNet (tables,
// allocation, distributions) and by the interleaved runner (ratios), so both measure the same code. A workload does all its
// preparation in Prepare and in its first runs, after which a run allocates nothing unless allocating is what it shows. Between
// runs it keeps no processor busy: the runner measures one workload while others, in other processes, wait for their turn.

namespace Managarm.Perf.Bench.Workloads;

/// <summary>A repeatable operation whose cost is measured.</summary>
public interface IWorkload : IDisposable
{
    /// <summary>Name on the command line: lower-case words with hyphens, what is measured first, then who does it, as in
    /// <c>ring-round-trip-spsc</c>.</summary>
    string Name { get; }

    /// <summary>One line for lists.</summary>
    string Summary { get; }

    /// <summary>What one operation is, in the singular: slot, round trip, read, run.</summary>
    string Unit { get; }

    /// <summary>Threads that spin during a run: each needs a processor of its own. 1 or 2.</summary>
    int Threads => 1;

    /// <summary>Why it cannot be measured here, or null: something that it needs is not installed.</summary>
    string? Missing => null;

    /// <summary>Whether it waits without a processor, so that only the wall can time it.</summary>
    bool Sleeps => false;

    /// <summary>Time of the parts of its runs that count, since it was prepared, or null when all of a run counts: of a cancelled
    /// read only what follows the signal is meant, and not how it came to be blocked.</summary>
    long? StampedNanoseconds => null;

    /// <summary>Windows of the warm-up, a fifth of a second each, at the least: a whole system has hundreds of methods, which are
    /// compiled again for seconds while both processors are busy.</summary>
    int WarmUpWindows => 2;

    /// <summary>Takes memory and starts threads. Called once, before the first run, on the thread that runs.</summary>
    void Prepare();

    /// <summary>Performs operations.</summary>
    /// <param name="operations">How many, at least 1.</param>
    /// <returns>Something that depends on every operation, so that none can be left out.</returns>
    long Run(int operations);
}
