// The framework's cancellation at its best when nobody cancels: one source that is reset and used again, which keeps its
// registrations' nodes and allocates nothing.

namespace Managarm.Perf.Bench.Workloads.Tokens;

/// <summary>Register, unregister and reset a <see cref="CancellationTokenSource"/>.</summary>
public sealed class SourceTryReset : IWorkload
{
    private readonly Action<object?> callback = static workload => ((SourceTryReset)workload!).woken++;
    private readonly CancellationTokenSource source = new();
    private long woken;

    /// <inheritdoc/>
    public string Name => "token-unregister-try-reset";

    /// <inheritdoc/>
    public string Summary => "CancellationTokenSource used again: register, unregister, TryReset";

    /// <inheritdoc/>
    public string Unit => "token";

    /// <inheritdoc/>
    public void Prepare() => woken = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long reset = 0;
        for (int operation = 0; operation < operations; operation++)
        {
            source.Token.UnsafeRegister(callback, this).Unregister();
            reset += source.TryReset() ? 1 : 0;
        }

        return reset + woken;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
