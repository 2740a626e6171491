// The atomics of a lock-free primitive, as a type parameter. The same source runs with real hardware atomics (RealSync), with
// plain memory operations when one OS thread runs everything (PlainSync), and, in the explorer, with recorded ones.
// Linearizability of the primitives, checked on their own, is what allows the protocol level to treat each operation as one
// step.

namespace Managarm.Perf.Core;

/// <summary>Atomic accesses to 64-bit words; each member states its ordering.</summary>
public interface ISync
{
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
}
