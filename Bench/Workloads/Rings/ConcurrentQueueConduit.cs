// The framework's lock-free queue as a conduit. It has no bound, so its producer never waits for room: that favours it one way.

using System.Collections.Concurrent;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>A <see cref="ConcurrentQueue{T}"/>.</summary>
public readonly struct ConcurrentQueueConduit : IConduit<ConcurrentQueueConduit>, IDisposable
{
    private readonly ConcurrentQueue<long> queue;

    private ConcurrentQueueConduit(ConcurrentQueue<long> queue)
    {
        this.queue = queue;
    }

    /// <inheritdoc/>
    public static string Name => "concurrent-queue";

    /// <inheritdoc/>
    public static string Summary => "ConcurrentQueue, unbounded";

    /// <inheritdoc/>
    public static ConcurrentQueueConduit Open() => new(new ConcurrentQueue<long>());

    /// <inheritdoc/>
    public bool TrySend(long value)
    {
        queue.Enqueue(value);
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive(out long value) => queue.TryDequeue(out value);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The collector owns it.
    }
}
