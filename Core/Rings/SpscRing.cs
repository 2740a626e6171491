// The ring between one producer thread and one consumer thread: bounded, slots of one cache line that are claimed, filled in
// place and published; no locks, no copies, no allocation. The slot's own sequence says that its message is there, so a message
// crosses with one line (as in Giacomoni's FastForward, 2008), and the way back is a position that is told in batches (as in
// Lee's MCRingBuffer, 2010; see RingConsumer). The one release store of Publish makes the slot's bytes visible to whoever reads
// the sequence with acquire; telling the position does the same in the other direction, so that a slot is never overwritten
// while it is still being read. Nothing blocks and misuse is an answer: a full ring, an empty ring, publishing without a claim
// all return false. A ring may say "full" while a part of a batch is free, so one that must never be full needs a batch more;
// it does not once the consumer was told "empty".

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Rings;

/// <summary>Bounded single-producer single-consumer ring of <see cref="RingSlot"/>.</summary>
/// <typeparam name="TSync">Memory accesses to use; every access to the header goes through it.</typeparam>
public sealed unsafe class SpscRing<TSync> : IDisposable
    where TSync : struct, ISync
{
    private readonly long capacity;
    private readonly long batch;
    private readonly RingMemory memory;
    private RingHeader* header;
    private RingSlot* slots;

    /// <summary>Makes a ring in memory of its own.</summary>
    /// <param name="capacity">Number of slots, a power of two.</param>
    public SpscRing(int capacity)
        : this(RingMemory.Allocate(BytesFor(capacity)), capacity, RingConsumer<TSync>.BatchFor(capacity))
    {
    }

    /// <summary>Makes a ring in memory that the caller owns and keeps as long as the ring is used.</summary>
    /// <param name="memory"><see cref="BytesFor"/> bytes, aligned to 128; overwritten.</param>
    /// <param name="capacity">Number of slots, a power of two.</param>
    public SpscRing(byte* memory, int capacity)
        : this(memory, capacity, RingConsumer<TSync>.BatchFor(capacity))
    {
    }

    /// <summary>Makes a ring in memory that the caller owns, with a batch of its own.</summary>
    /// <param name="memory"><see cref="BytesFor"/> bytes, aligned to 128; overwritten.</param>
    /// <param name="capacity">Number of slots, a power of two.</param>
    /// <param name="batch">Slots that are given back at once, a power of two, at most <paramref name="capacity"/>.</param>
    public SpscRing(byte* memory, int capacity, int batch)
        : this(RingMemory.Borrow(memory, BytesFor(capacity)), capacity, batch)
    {
    }

    private SpscRing(RingMemory memory, int capacity, int batch)
    {
        Verify.That(RingConsumer<TSync>.IsBatch(batch, capacity), "a ring's batch is no power of two that fits");
        this.capacity = capacity;
        this.batch = batch;
        this.memory = memory;
        header = (RingHeader*)memory.Start;
        slots = (RingSlot*)(memory.Start + RingHeader.SizeBytes);
    }

    /// <summary>Number of slots.</summary>
    public int Capacity => (int)capacity;

    /// <summary>Bytes of memory that a ring needs.</summary>
    /// <param name="capacity">Number of slots, a power of two.</param>
    /// <returns>Bytes for header and slots.</returns>
    public static nuint BytesFor(int capacity)
    {
        Verify.That(capacity > 0 && (capacity & (capacity - 1)) == 0, "ring capacity is not a power of two");
        return RingHeader.SizeBytes + ((nuint)capacity * RingSlot.SizeBytes);
    }

    /// <summary>Producer: the next free slot, to be filled in place. Claiming again before <see cref="Publish"/> gives the
    /// same slot. Reads the consumer's position with acquire, and only when its cached copy says that the ring is full: the
    /// consumer's reads of the slot come before the producer's writes to it.</summary>
    /// <param name="slot">The slot, or null.</param>
    /// <returns>False when the ring is full.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryClaim(out RingSlot* slot)
    {
        long position = TSync.Read(ref header->Published);
        if (position - TSync.Read(ref header->CachedReleased) == capacity && IsStillFull(position))
        {
            slot = null;
            return false;
        }

        TSync.Write(ref header->Claimed, position + 1);
        slot = slots + (position & (capacity - 1));
        return !TSync.Has(PrimitiveDefect.PublishedBeforeWritten) || Publish();
    }

    /// <summary>Producer: hands the claimed slot to the consumer. One release store to its sequence: everything written to the
    /// slot before is visible to the consumer that sees it.</summary>
    /// <returns>False when no slot is claimed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Publish()
    {
        long position = TSync.Read(ref header->Published);
        if (TSync.Read(ref header->Claimed) == position)
        {
            return false;
        }

        TSync.WriteRelease(ref slots[position & (capacity - 1)].Sequence, position + 1);
        TSync.Write(ref header->Published, position + 1);
        return true;
    }

    /// <summary>Consumer: the oldest published slot, to be read in place. Peeking again before <see cref="Release"/> gives
    /// the same slot. One acquire read of its sequence; when that finds nothing and slots were given back untold, a release store
    /// of the consumer's position and a second acquire read.</summary>
    /// <param name="slot">The slot, or null.</param>
    /// <returns>False when the ring is empty.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPeek(out RingSlot* slot) => RingConsumer<TSync>.TryPeek(header, slots, capacity, out slot);

    /// <summary>Consumer: gives the slot that was peeked at back to the producer. Once in a batch one release store: everything
    /// read from the slots before has been read when the producer sees the new position.</summary>
    /// <returns>False when no slot was peeked at.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Release() => RingConsumer<TSync>.Release(header, slots, capacity, batch);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (header is null)
        {
            return;
        }

        memory.Free();
        header = null;
        slots = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsStillFull(long position)
    {
        if (TSync.Has(PrimitiveDefect.CachedPositionNotRefreshed))
        {
            return true;
        }

        long released = TSync.ReadAcquire(ref header->Released);
        TSync.Write(ref header->CachedReleased, released);
        return position - released == (TSync.Has(PrimitiveDefect.FullTestOffByOne) ? capacity + 1 : capacity);
    }
}
