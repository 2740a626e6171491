// A planted defect of memory ordering or atomicity: one kind of access, inside one operation, loses what it promises. The
// shipped source runs unchanged; only the explorer's memory accesses differ. What the source lacks is thereby exactly one word.

namespace Managarm.Perf.Fuzz;

/// <summary>Which accesses lose what.</summary>
/// <param name="Operation">Operation inside which they are made.</param>
/// <param name="Kind">Kind of the accesses.</param>
/// <param name="Weakness">What they lose.</param>
public sealed record Weakening(PrimitiveOperation Operation, AccessKind Kind, AccessWeakness Weakness);

/// <summary>What an access can lose.</summary>
public enum AccessWeakness : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The full fence around a read-modify-write: it still acquires and releases.</summary>
    Fence,

    /// <summary>Its acquire and release, and its fence: it stays atomic and orders nothing, as a plain access of .NET to an
    /// aligned word does.</summary>
    Ordering,

    /// <summary>Its atomicity: a read-modify-write becomes a load with acquire and a store with release.</summary>
    Atomicity,
}
