// The framework's cancellation when it is used: a source that was cancelled cannot be reset, so each life needs a new one.

namespace Managarm.Perf.Bench.Workloads.Tokens;

/// <summary>Create, register, cancel and dispose a <see cref="CancellationTokenSource"/>.</summary>
public sealed class SourceCancel : IWorkload
{
    private readonly Action<object?> callback = static workload => ((SourceCancel)workload!).woken++;
    private long woken;

    /// <inheritdoc/>
    public string Name => "token-cancel-source";

    /// <inheritdoc/>
    public string Summary => "CancellationTokenSource: create, register, cancel, call the callback, dispose";

    /// <inheritdoc/>
    public string Unit => "token";

    /// <inheritdoc/>
    public void Prepare() => woken = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            using var source = new CancellationTokenSource();
            source.Token.UnsafeRegister(callback, this);
            source.Cancel();
        }

        return woken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
