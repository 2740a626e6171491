// The framework's cancellation when nobody cancels, with a new source for each life.

namespace Managarm.Perf.Bench.Workloads.Tokens;

/// <summary>Create, register, unregister and dispose a <see cref="CancellationTokenSource"/>.</summary>
public sealed class SourceUnregister : IWorkload
{
    private readonly Action<object?> callback = static workload => ((SourceUnregister)workload!).woken++;
    private long woken;

    /// <inheritdoc/>
    public string Name => "token-unregister-source";

    /// <inheritdoc/>
    public string Summary => "CancellationTokenSource: create, register, unregister, dispose";

    /// <inheritdoc/>
    public string Unit => "token";

    /// <inheritdoc/>
    public void Prepare() => woken = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long unregistered = 0;
        for (int operation = 0; operation < operations; operation++)
        {
            using var source = new CancellationTokenSource();
            unregistered += source.Token.UnsafeRegister(callback, this).Unregister() ? 1 : 0;
        }

        return unregistered + woken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
