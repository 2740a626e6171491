// The best that the framework offers for an event that is used once: a pooled object around ManualResetValueTaskSourceCore,
// awaited at the level of its continuation, as a ValueTask's awaiter does. The pool is a stack, the leanest there is. Flags are
// None: no execution context and no scheduler is looked for, which is what a kernel would choose.

using System.Threading.Tasks.Sources;

namespace Managarm.Perf.Bench.Workloads.Events;

/// <summary>Create, await, raise and recycle a pooled value task source.</summary>
public sealed class PooledSourceEvent : IWorkload
{
    private readonly Action<object?> continuation = static workload => ((PooledSourceEvent)workload!).woken++;
    private PooledSource? pool;
    private long woken;

    /// <inheritdoc/>
    public string Name => "event-pooled-source";

    /// <inheritdoc/>
    public string Summary => "pooled ManualResetValueTaskSourceCore: create, await, raise, call the waiter, recycle";

    /// <inheritdoc/>
    public string Unit => "event";

    /// <inheritdoc/>
    public void Prepare() => woken = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            PooledSource source = pool ?? new PooledSource();
            pool = source.Next;
            short version = source.Core.Version;
            source.Core.OnCompleted(continuation, this, version, ValueTaskSourceOnCompletedFlags.None);
            source.Core.SetResult(true);
            source.Core.GetResult(version);
            source.Core.Reset();
            source.Next = pool;
            pool = source;
        }

        return woken;
    }

    /// <inheritdoc/>
    public void Dispose() => pool = null;

    private sealed class PooledSource
    {
        public ManualResetValueTaskSourceCore<bool> Core;
        public PooledSource? Next;
    }
}
