// The peer of a coroutine that waits for an event as most programs write it: an async Task method that awaits a
// TaskCompletionSource, a new one each time since it cannot be used again.

namespace Managarm.Perf.Bench.Workloads.Events;

/// <summary>Await a <see cref="TaskCompletionSource"/> in an async method.</summary>
public sealed class AwaitCompletionSource : IWorkload
{
    private TaskCompletionSource source = new();
    private long woken;
    private bool isStopping;

    /// <inheritdoc/>
    public string Name => "event-await-completion-source";

    /// <inheritdoc/>
    public string Summary => "TaskCompletionSource awaited by an async Task method";

    /// <inheritdoc/>
    public string Unit => "event";

    /// <inheritdoc/>
    public void Prepare() => _ = Listen();

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            source.SetResult();
        }

        return woken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isStopping = true;
        source.SetResult();
    }

    private async Task Listen()
    {
        while (!isStopping)
        {
            source = new TaskCompletionSource();
            await source.Task.ConfigureAwait(false);
            woken++;
        }
    }
}
