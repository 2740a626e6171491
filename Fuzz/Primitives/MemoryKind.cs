// The memory models to choose from. A name and not a factory, so that options stay plain values that can be compared and printed.

namespace Managarm.Perf.Fuzz;

/// <summary>A memory model by name.</summary>
public enum MemoryKind : byte
{
    /// <summary>Sequential consistency: every access sees the newest store.</summary>
    Sequential,

    /// <summary>What .NET guarantees and no more: see <see cref="WeakMemory"/>.</summary>
    Weak,
}
