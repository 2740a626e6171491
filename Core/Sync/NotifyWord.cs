// The notify word of hel's queues as a primitive: bits that one side sets to say "look here" and the other side clears before
// it looks (hel's userNotify and kernelNotify, kernel/thor/generic/ipc-queue.cpp). Two rules make it work, and neither is
// visible in the word. Setting a bit that was clear obliges the setter to wake the other side; setting it again does not, so
// there is one wake per clear-to-set. And whoever clears a bit must look again before it sleeps, because what the bit
// announced may have come just before the clear. A bit stays set until its receiver clears it: an alert cannot be missed.

namespace Managarm.Perf.Core.Sync;

/// <summary>Operations on a word of notify bits.</summary>
/// <typeparam name="TSync">Memory accesses to use.</typeparam>
public static class NotifyWord<TSync>
    where TSync : struct, ISync
{
    /// <summary>Sets bits. Full ordering (fetch-and-or); callers rely on release: what was written before is visible to whoever
    /// clears or loads the bits.</summary>
    /// <param name="word">The word.</param>
    /// <param name="bits">Bits to set.</param>
    /// <returns>True when one of them was clear before: only then a wake is due.</returns>
    public static bool Raise(ref long word, long bits)
    {
        long before = TSync.FetchOr(ref word, bits);
        return TSync.Has(PrimitiveDefect.WakeOnlyWhenEmpty) ? before == 0 : (~before & bits) != 0;
    }

    /// <summary>Clears bits and says which of them were set. Full ordering (fetch-and-and); callers rely on acquire: what was
    /// written before the bits were raised is visible, and later reads of what they announce come after the clear.</summary>
    /// <param name="word">The word.</param>
    /// <param name="bits">Bits to clear.</param>
    /// <returns>Those of <paramref name="bits"/> that were set.</returns>
    public static long Clear(ref long word, long bits) =>
        TSync.FetchAnd(ref word, TSync.Has(PrimitiveDefect.ClearTakesAllBits) ? 0 : ~bits) & bits;

    /// <summary>The bits as they are. Acquire ordering.</summary>
    /// <param name="word">The word.</param>
    /// <returns>All bits that are set.</returns>
    public static long Load(ref long word) => TSync.ReadAcquire(ref word);
}
