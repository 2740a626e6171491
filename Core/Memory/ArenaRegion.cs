// What the arena remembers of a slab: enough to hash it up to its high-water mark and to tell which object a changed byte is in.

using Managarm.Perf.Core.Accesses;

namespace Managarm.Perf.Core.Memory;

/// <summary>The slots of one slab inside the arena.</summary>
public readonly unsafe struct ArenaRegion
{
    /// <summary>Describes a slab.</summary>
    /// <param name="kind">Kind of its objects.</param>
    /// <param name="slots">First slot.</param>
    /// <param name="slotBytes">Bytes per slot, allocator words included.</param>
    /// <param name="header">Marks of the slab.</param>
    public ArenaRegion(ObjectKind kind, byte* slots, int slotBytes, SlabHeader* header)
    {
        Kind = kind;
        Slots = slots;
        SlotBytes = slotBytes;
        Header = header;
    }

    /// <summary>Kind of the objects.</summary>
    public ObjectKind Kind { get; }

    /// <summary>First slot.</summary>
    public byte* Slots { get; }

    /// <summary>Bytes per slot.</summary>
    public int SlotBytes { get; }

    /// <summary>Marks of the slab.</summary>
    public SlabHeader* Header { get; }
}
