// One acquire read and one release write of a word that no other core touches: what shared state costs when nothing needs
// deciding.

namespace Managarm.Perf.Bench.Workloads.Floors;

/// <summary>Cost of an uncontended volatile read and write.</summary>
public sealed class VolatileAccess : IWorkload
{
    private long word;

    /// <inheritdoc/>
    public string Name => "floor-volatile";

    /// <inheritdoc/>
    public string Summary => "floor: one acquire read and one release write";

    /// <inheritdoc/>
    public string Unit => "access";

    /// <inheritdoc/>
    public void Prepare() => word = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            Volatile.Write(ref word, Volatile.Read(ref word) + 1);
        }

        return word;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
