// A structure that the search came across, before anything is measured: the type, the slot type around it where a slab holds it,
// and everything that keeps it alive.

namespace Managarm.Perf.Bench;

/// <summary>A structure in unmanaged memory.</summary>
/// <param name="type">The structure.</param>
internal sealed class FoundStructure(Type type)
{
    internal Type Type { get; } = type;

    /// <summary>The slot of a slab around it, or null.</summary>
    internal Type? Slot { get; set; }

    /// <summary>Whether something that works with atomics of the host points to it.</summary>
    internal bool IsSharedByThreads { get; set; }

    /// <summary>Fields that point to it and structures that contain it.</summary>
    internal SortedSet<string> HeldBy { get; } = new(StringComparer.Ordinal);
}
