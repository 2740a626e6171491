// The usual event of the framework: a TaskCompletionSource, which can be used once and is then garbage. Awaited at the level of
// its continuation, which runs inside SetResult; no context is captured.

namespace Managarm.Perf.Bench.Workloads.Events;

/// <summary>Create, await and raise a <see cref="TaskCompletionSource"/>.</summary>
public sealed class CompletionSourceEvent : IWorkload
{
    private readonly Action continuation;
    private long woken;

    public CompletionSourceEvent()
    {
        continuation = () => woken++;
    }

    /// <inheritdoc/>
    public string Name => "event-completion-source";

    /// <inheritdoc/>
    public string Summary => "TaskCompletionSource: create, await, raise, call the waiter";

    /// <inheritdoc/>
    public string Unit => "event";

    /// <inheritdoc/>
    public void Prepare() => woken = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            var source = new TaskCompletionSource();
            source.Task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(continuation);
            source.SetResult();
        }

        return woken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
