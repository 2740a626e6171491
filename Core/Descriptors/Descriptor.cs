// A descriptor is a right to an object: which object, and what its holder may do with it. Copies may have fewer rights than the
// original and never more (hel.h, exposeRights and checkRights). A descriptor that travels with a message is one that no
// universe holds for the moment.

namespace Managarm.Perf.Core.Descriptors;

/// <summary>A slot of a descriptor table, or a descriptor on its way between two of them.</summary>
public struct Descriptor
{
    /// <summary>Number under which it is known in its universe; 0 while it is in none.</summary>
    public uint Number;

    /// <summary>Kind of the object.</summary>
    public DescriptorKind Kind;

    /// <summary>What its holder may do.</summary>
    public HelRights Rights;

    /// <summary>Handle of the object, as bits.</summary>
    public ulong Target;
}

/// <summary>Kind of a descriptor.</summary>
public enum DescriptorKind : byte
{
    /// <summary>Free slot.</summary>
    None,

    /// <summary>A lane end.</summary>
    Lane,

    /// <summary>An IPC queue.</summary>
    Queue,

    /// <summary>A thread.</summary>
    Thread,

    /// <summary>A oneshot event.</summary>
    OneshotEvent,

    /// <summary>A bitset event.</summary>
    BitsetEvent,

    /// <summary>An interrupt object.</summary>
    Irq,
}
