// The hardware's atomics. This file is the only place of the model projects that may use Interlocked and Volatile.

using System.Threading;

namespace Managarm.Perf.Core.Sync;

#pragma warning disable RS0030 // the one sanctioned use: these are the atomics that the ban points to

/// <summary>Atomics for real concurrency.</summary>
public readonly struct RealSync : ISync
{
    /// <inheritdoc/>
    public static long Read(ref long location) => location;

    /// <inheritdoc/>
    public static void Write(ref long location, long value) => location = value;

    /// <inheritdoc/>
    public static long ReadAcquire(ref long location) => Volatile.Read(ref location);

    /// <inheritdoc/>
    public static void WriteRelease(ref long location, long value) => Volatile.Write(ref location, value);

    /// <inheritdoc/>
    public static long CompareExchange(ref long location, long value, long comparand) =>
        Interlocked.CompareExchange(ref location, value, comparand);

    /// <inheritdoc/>
    public static long FetchAdd(ref long location, long value) => Interlocked.Add(ref location, value) - value;

    /// <inheritdoc/>
    public static long FetchOr(ref long location, long bits) => Interlocked.Or(ref location, bits);

    /// <inheritdoc/>
    public static long FetchAnd(ref long location, long bits) => Interlocked.And(ref location, bits);

    /// <summary>Full fence on every processor that runs a thread of this process. It costs microseconds and lets the other
    /// threads go without a fence: for somebody who is about to sleep and must not miss what they stored just before.</summary>
    public static void FenceEverywhere() => Interlocked.MemoryBarrierProcessWide();

    /// <inheritdoc/>
    public static bool Has(PrimitiveDefect defect) => false;
}
