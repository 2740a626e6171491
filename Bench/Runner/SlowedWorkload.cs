// A workload that is slower than it says: it does a given share of its operations twice. This is how the runner is tested on
// itself: a planted slow-down of a tenth has to be seen, and without one two children of the same workload have to be equal.

using Managarm.Perf.Bench.Workloads;

namespace Managarm.Perf.Bench.Runner;

/// <summary>Repeats a share of another workload's operations without counting them.</summary>
/// <param name="inner">The workload; owned.</param>
/// <param name="percent">Operations done again, per hundred.</param>
public sealed class SlowedWorkload(IWorkload inner, int percent) : IWorkload
{
    /// <inheritdoc/>
    public string Name => $"{inner.Name}, slowed by {percent} %";

    /// <inheritdoc/>
    public string Summary => inner.Summary;

    /// <inheritdoc/>
    public string Unit => inner.Unit;

    /// <inheritdoc/>
    public int Threads => inner.Threads;

    /// <inheritdoc/>
    public string? Missing => inner.Missing;

    /// <inheritdoc/>
    public bool Sleeps => inner.Sleeps;

    /// <inheritdoc/>
    public long? StampedNanoseconds => inner.StampedNanoseconds;

    /// <inheritdoc/>
    public int WarmUpWindows => inner.WarmUpWindows;

    /// <inheritdoc/>
    public void Prepare() => inner.Prepare();

    /// <inheritdoc/>
    public long Run(int operations) => inner.Run((int)((long)operations * (100 + percent) / 100));

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
