// Plain memory operations: correct only where one OS thread runs all parties, which is the simulation host.

namespace Managarm.Perf.Core.Sync;

/// <summary>Atomics for a single OS thread.</summary>
public readonly struct PlainSync : ISync
{
    /// <inheritdoc/>
    public static long Read(ref long location) => location;

    /// <inheritdoc/>
    public static void Write(ref long location, long value) => location = value;

    /// <inheritdoc/>
    public static long ReadAcquire(ref long location) => location;

    /// <inheritdoc/>
    public static void WriteRelease(ref long location, long value) => location = value;

    /// <inheritdoc/>
    public static long CompareExchange(ref long location, long value, long comparand)
    {
        long found = location;
        if (found == comparand)
        {
            location = value;
        }

        return found;
    }

    /// <inheritdoc/>
    public static long FetchAdd(ref long location, long value)
    {
        long found = location;
        location += value;
        return found;
    }

    /// <inheritdoc/>
    public static long FetchOr(ref long location, long bits)
    {
        long found = location;
        location = found | bits;
        return found;
    }

    /// <inheritdoc/>
    public static long FetchAnd(ref long location, long bits)
    {
        long found = location;
        location = found & bits;
        return found;
    }

    /// <inheritdoc/>
    public static bool Has(PrimitiveDefect defect) => false;
}
