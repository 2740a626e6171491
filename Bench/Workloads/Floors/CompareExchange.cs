// One successful compare-exchange on a word that no other core touches: the floor of everything that decides by one.

namespace Managarm.Perf.Bench.Workloads.Floors;

/// <summary>Cost of an uncontended compare-exchange.</summary>
public sealed class CompareExchange : IWorkload
{
    private long word;

    /// <inheritdoc/>
    public string Name => "floor-compare-exchange";

    /// <inheritdoc/>
    public string Summary => "floor: one uncontended compare-exchange";

    /// <inheritdoc/>
    public string Unit => "exchange";

    /// <inheritdoc/>
    public void Prepare() => word = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long expected = word;
        for (int operation = 0; operation < operations; operation++)
        {
            expected = Interlocked.CompareExchange(ref word, expected + 1, expected) + 1;
        }

        return word;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
