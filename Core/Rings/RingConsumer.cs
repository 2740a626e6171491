// The consumer's end, which is the same for both rings. A message is there when its slot says so; no position of a producer is
// read. Slots are given back in batches, since every store to a word that producers read costs both sides a cache line: the
// consumer tells how far it is after a number of slots, and at the latest when it finds nothing. It tells before it looks for
// the last time, so whoever was told "empty" has told all room. A slot that is given back is written at once, though nobody
// waits for that: the line then belongs to the consumer's processor alone, and a producer that comes round takes it in one go
// where it would have to call in two copies.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Rings;

/// <summary>What the consumer of a ring does.</summary>
/// <typeparam name="TSync">Memory accesses to use.</typeparam>
internal static unsafe class RingConsumer<TSync>
    where TSync : struct, ISync
{
    private const int LargestBatch = 64;
    private const int BatchesPerRing = 4;

    /// <summary>Slots that a ring gives back at once unless it is told otherwise: few enough that the producer has most of the
    /// ring, and one where the ring is small, so that it is never full before its time.</summary>
    /// <param name="capacity">Number of slots.</param>
    /// <returns>A number of slots.</returns>
    internal static int BatchFor(int capacity) => Math.Clamp(capacity / BatchesPerRing, 1, LargestBatch);

    /// <summary>Whether a ring can give back so many slots at once.</summary>
    /// <param name="batch">How many.</param>
    /// <param name="capacity">Number of slots.</param>
    /// <returns>True when it can.</returns>
    internal static bool IsBatch(int batch, int capacity) => batch > 0 && batch <= capacity && (batch & (batch - 1)) == 0;

    /// <summary>The oldest slot if it is published. One acquire read of its sequence; when that finds nothing and slots were
    /// given back untold, a release store of the position and a second acquire read.</summary>
    /// <param name="header">The ring's header.</param>
    /// <param name="slots">The ring's slots.</param>
    /// <param name="capacity">Number of slots.</param>
    /// <param name="slot">The slot, or null.</param>
    /// <returns>False when there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryPeek(RingHeader* header, RingSlot* slots, long capacity, out RingSlot* slot)
    {
        long position = TSync.Read(ref header->Position);
        slot = slots + (position & (capacity - 1));
        if (TSync.ReadAcquire(ref slot->Sequence) != position + 1 && IsStillEmpty(header, slot, position))
        {
            slot = null;
            return false;
        }

        TSync.Write(ref header->Peeked, position + 1);
        return true;
    }

    /// <summary>Gives the slot that was peeked at back. A plain store to its sequence, which no producer looks at before it was
    /// told; once in a batch one release store of the position: everything read from the slots before has been read when a
    /// producer sees it.</summary>
    /// <param name="header">The ring's header.</param>
    /// <param name="slots">The ring's slots.</param>
    /// <param name="capacity">Number of slots.</param>
    /// <param name="batch">Slots that are given back at once, a power of two.</param>
    /// <returns>False when no slot was peeked at.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Release(RingHeader* header, RingSlot* slots, long capacity, long batch)
    {
        long position = TSync.Read(ref header->Position);
        if (TSync.Read(ref header->Peeked) == position)
        {
            return false;
        }

        TSync.Write(ref slots[position & (capacity - 1)].Sequence, position + capacity);
        TSync.Write(ref header->Position, position + 1);
        if (((position + 1) & (batch - 1)) == 0)
        {
            TSync.WriteRelease(ref header->Released, position + 1);
        }

        return true;
    }

    private static bool IsStillEmpty(RingHeader* header, RingSlot* slot, long position)
    {
        if (TSync.Read(ref header->Released) == position || TSync.Has(PrimitiveDefect.RoomNotTold))
        {
            return true;
        }

        TSync.WriteRelease(ref header->Released, position);
        return TSync.ReadAcquire(ref slot->Sequence) != position + 1;
    }
}
