// The memory accesses of a lock-free primitive, as a type parameter. The same source runs with real hardware atomics
// (RealSync), with plain memory operations when one OS thread runs everything (PlainSync), and, in the explorer of
// primitives, with recorded ones. Plain accesses are members too, although they compile to plain moves: only so can the
// explorer repeat an operation without repeating its effects, and check that what one side keeps for itself stays its own.
// Linearizability of the primitives, checked on their own, is what allows the protocol level to treat each operation as one
// step.

namespace Managarm.Perf.Core.Sync;

/// <summary>Accesses to 64-bit words; each member states its ordering.</summary>
public interface ISync
{
    /// <summary>Plain load: no ordering. For words that no other thread writes meanwhile.</summary>
    /// <param name="location">The word.</param>
    /// <returns>Its value.</returns>
    static abstract long Read(ref long location);

    /// <summary>Plain store: no ordering. For words that no other thread touches meanwhile.</summary>
    /// <param name="location">The word.</param>
    /// <param name="value">New value.</param>
    static abstract void Write(ref long location, long value);

    /// <summary>Load with acquire ordering.</summary>
    /// <param name="location">The word.</param>
    /// <returns>Its value.</returns>
    static abstract long ReadAcquire(ref long location);

    /// <summary>Store with release ordering.</summary>
    /// <param name="location">The word.</param>
    /// <param name="value">New value.</param>
    static abstract void WriteRelease(ref long location, long value);

    /// <summary>Compare-exchange with full ordering.</summary>
    /// <param name="location">The word.</param>
    /// <param name="value">New value.</param>
    /// <param name="comparand">Value that must be there.</param>
    /// <returns>The value that was there.</returns>
    static abstract long CompareExchange(ref long location, long value, long comparand);

    /// <summary>Fetch-and-add with full ordering.</summary>
    /// <param name="location">The word.</param>
    /// <param name="value">Added value.</param>
    /// <returns>The value before.</returns>
    static abstract long FetchAdd(ref long location, long value);

    /// <summary>Fetch-and-or with full ordering.</summary>
    /// <param name="location">The word.</param>
    /// <param name="bits">Bits to set.</param>
    /// <returns>The value before.</returns>
    static abstract long FetchOr(ref long location, long bits);

    /// <summary>Fetch-and-and with full ordering.</summary>
    /// <param name="location">The word.</param>
    /// <param name="bits">Bits to keep.</param>
    /// <returns>The value before.</returns>
    static abstract long FetchAnd(ref long location, long bits);

    /// <summary>Whether a defect is planted in the primitives, to show that the explorer catches it. A constant false wherever
    /// primitives are used, so that the compiler removes the defect.</summary>
    /// <param name="defect">The defect.</param>
    /// <returns>True only in the explorer, and there only for the one defect that it was told to plant.</returns>
    static abstract bool Has(PrimitiveDefect defect);
}
