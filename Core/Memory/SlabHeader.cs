// The part of a slab that a reset must restore: it lives in the hot part of the arena, the slots do not.

namespace Managarm.Perf.Core.Memory;

/// <summary>Free list and marks of one slab.</summary>
public struct SlabHeader
{
    /// <summary>First free slot below the high-water mark, or -1.</summary>
    public int FreeHead;

    /// <summary>Number of slots used so far in this run; slots above were never initialised.</summary>
    public int HighWater;

    /// <summary>Number of live objects.</summary>
    public int LiveCount;

    /// <summary>Handles that were given out a second time: a stale one would name another object.</summary>
    public int ReusedHandles;

    /// <summary>Number of slots at most.</summary>
    public int Capacity;
}

/// <summary>One slot: what the allocator needs, then the object.</summary>
/// <typeparam name="T">Type of the object.</typeparam>
public struct SlabSlot<T>
    where T : unmanaged
{
    /// <summary>Counts the lives of this slot.</summary>
    public uint Generation;

    /// <summary>Generation of the handle that was given out last.</summary>
    public uint Issued;

    /// <summary>Next free slot, or the mark of a live one.</summary>
    public int NextFree;

    /// <summary>The object.</summary>
    public T Value;
}
