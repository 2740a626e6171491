// The framework's lock-free queue as a conduit. It has no bound, so its producer never waits for room: that favours it one way.

using System.Collections.Concurrent;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>A <see cref="ConcurrentQueue{T}"/>.</summary>
public readonly struct ConcurrentQueueConduit : IConduit<ConcurrentQueueConduit>, IDisposable
{
    private readonly ConcurrentQueue<ConduitMessage> queue;

    private ConcurrentQueueConduit(ConcurrentQueue<ConduitMessage> queue)
    {
        this.queue = queue;
    }

    /// <inheritdoc/>
    public static string Name => "concurrent-queue";

    /// <inheritdoc/>
    public static string Summary => "ConcurrentQueue, unbounded";

    /// <inheritdoc/>
    public static ConcurrentQueueConduit Open() => new(new ConcurrentQueue<ConduitMessage>());

    /// <inheritdoc/>
    public bool TrySend(long value)
    {
        ConduitMessage message = default;
        message.Fill(value);
        queue.Enqueue(message);
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive(out long sum)
    {
        bool hasMessage = queue.TryDequeue(out ConduitMessage message);
        sum = message.Sum();
        return hasMessage;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The collector owns it.
    }
}
