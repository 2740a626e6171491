// The peer of a coroutine that waits for an event, with everything that the framework has to avoid garbage: an async method with
// pooled boxes that awaits a pooled ManualResetValueTaskSourceCore.

using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Managarm.Perf.Bench.Workloads.Events;

/// <summary>Await a pooled source in an async method with pooled boxes.</summary>
public sealed class AwaitPooledSource : IWorkload, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> core;
    private long woken;
    private bool isStopping;

    /// <inheritdoc/>
    public string Name => "event-await-pooled-source";

    /// <inheritdoc/>
    public string Summary => "pooled ManualResetValueTaskSourceCore awaited by a pooled async method";

    /// <inheritdoc/>
    public string Unit => "event";

    /// <inheritdoc/>
    public void Prepare() => Listen().Preserve();

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            core.SetResult(true);
        }

        return woken;
    }

    /// <inheritdoc/>
    public void GetResult(short token)
    {
        core.GetResult(token);
        core.Reset();
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    public void Dispose()
    {
        isStopping = true;
        core.SetResult(true);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask Listen()
    {
        while (!isStopping)
        {
            await new ValueTask(this, core.Version).ConfigureAwait(false);
            woken++;
        }
    }
}
