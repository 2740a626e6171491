// A defect that the explorer plants to show that it would be noticed: in the source of a primitive, or in its accesses.

using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>One planted defect.</summary>
public sealed record PlantedDefect
{
    /// <summary>Name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Name of the client that meets it.</summary>
    public required string Client { get; init; }

    /// <summary>What it must be caught as under sequential consistency where data races are judged; clean when only weak memory
    /// shows it.</summary>
    public ClientVerdict Expected { get; init; }

    /// <summary>What its results must look like under sequential consistency where data races are not judged.</summary>
    public ClientVerdict Sequential { get; init; }

    /// <summary>What its results must look like under weak memory where data races are not judged.</summary>
    public ClientVerdict Weak { get; init; }

    /// <summary>The wrong line, if the defect is one of the source.</summary>
    public PrimitiveDefect Line { get; init; }

    /// <summary>The weakened access, if the defect is one of ordering or atomicity.</summary>
    public Weakening? Weakening { get; init; }
}

// A planted defect of memory ordering or atomicity: one kind of access, inside one operation, loses what it promises. The
// shipped source runs unchanged; only the explorer's memory accesses differ. What the source lacks is thereby exactly one word.
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
