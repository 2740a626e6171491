// The suspension of the framework's coroutines under test: the leanest awaiter there is, which keeps the continuation and calls
// it when it is told to. No execution context is looked for and no pool of threads is involved.

using System.Runtime.CompilerServices;

namespace Managarm.Perf.Bench.Workloads.Coroutines;

/// <summary>Awaitable that suspends until <see cref="Resume"/>.</summary>
internal sealed class ManualResumption : ICriticalNotifyCompletion
{
    private Action? continuation;

    /// <summary>Never completed before it is awaited.</summary>
    public bool IsCompleted => false;

    /// <summary>Supports await.</summary>
    public ManualResumption GetAwaiter() => this;

    /// <summary>Being resumed is all.</summary>
    public void GetResult() => continuation = null;

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => this.continuation = continuation;

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => this.continuation = continuation;

    /// <summary>Continues whoever waits, if anybody does.</summary>
    internal void Resume() => continuation?.Invoke();
}
