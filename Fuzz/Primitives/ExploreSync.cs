// The explorer's memory accesses: what turns the shipped source of a primitive into a program whose every atomic access is a
// scheduling point. A struct with static members has no instance to hold a run, so the run is the thread's.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Accesses that the running <see cref="InterleavingSearch"/> schedules, performs and checks.</summary>
public readonly struct ExploreSync : ISync
{
    /// <inheritdoc/>
    public static long Read(ref long location) => Make(AccessKind.Read, ref location, 0);

    /// <inheritdoc/>
    public static void Write(ref long location, long value) => Make(AccessKind.Write, ref location, value);

    /// <inheritdoc/>
    public static long ReadAcquire(ref long location) => Make(AccessKind.ReadAcquire, ref location, 0);

    /// <inheritdoc/>
    public static void WriteRelease(ref long location, long value) => Make(AccessKind.WriteRelease, ref location, value);

    /// <inheritdoc/>
    public static long CompareExchange(ref long location, long value, long comparand) =>
        Make(AccessKind.CompareExchange, ref location, value, comparand);

    /// <inheritdoc/>
    public static long FetchAdd(ref long location, long value) => Make(AccessKind.FetchAdd, ref location, value);

    /// <inheritdoc/>
    public static long FetchOr(ref long location, long bits) => Make(AccessKind.FetchOr, ref location, bits);

    /// <inheritdoc/>
    public static long FetchAnd(ref long location, long bits) => Make(AccessKind.FetchAnd, ref location, bits);

    /// <inheritdoc/>
    public static bool Has(PrimitiveDefect defect) => InterleavingSearch.Current.Plants(defect);

    private static unsafe long Make(AccessKind kind, ref long location, long operand, long comparand = 0) =>
        InterleavingSearch.Current.Make(kind, (long*)Unsafe.AsPointer(ref location), operand, comparand);
}
