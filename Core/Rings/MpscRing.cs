// The ring from many producer threads to one consumer thread: a bounded queue after Dmitry Vyukov ("Bounded MPMC queue",
// 2010) with one consumer. A producer takes a position by one compare-exchange and fills the slot in place; the slot's own
// sequence, not the shared position, tells the consumer that it is ready, so a slow producer delays only those behind it. The way
// back is not Vyukov's: how far slots were given back is one position that is told in batches (see RingConsumer), of which
// the producers share a copy. Order is the order of positions. Nothing blocks: a full ring, an empty ring, and publishing or
// releasing what is not claimed are answers; "full" may be said while a part of a batch is free, never once the consumer was
// told "empty". A producer that dies between claim and publish stops the consumer at its slot: producers are threads of our own.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Rings;

/// <summary>Bounded multiple-producer single-consumer ring of <see cref="RingSlot"/>.</summary>
/// <typeparam name="TSync">Memory accesses to use; every access to header and sequences goes through it.</typeparam>
public sealed unsafe class MpscRing<TSync> : IDisposable
    where TSync : struct, ISync
{
    private readonly long capacity;
    private readonly long batch;
    private readonly RingMemory memory;
    private RingHeader* header;
    private RingSlot* slots;

    /// <summary>Makes a ring in memory of its own.</summary>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    public MpscRing(int capacity)
        : this(RingMemory.Allocate(BytesFor(capacity)), capacity, RingConsumer<TSync>.BatchFor(capacity))
    {
    }

    /// <summary>Makes a ring in memory that the caller owns and keeps as long as the ring is used.</summary>
    /// <param name="memory"><see cref="BytesFor"/> bytes, aligned to 128; overwritten.</param>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    public MpscRing(byte* memory, int capacity)
        : this(memory, capacity, RingConsumer<TSync>.BatchFor(capacity))
    {
    }

    /// <summary>Makes a ring in memory that the caller owns, with a batch of its own.</summary>
    /// <param name="memory"><see cref="BytesFor"/> bytes, aligned to 128; overwritten.</param>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    /// <param name="batch">Slots that are given back at once, a power of two, at most <paramref name="capacity"/>.</param>
    public MpscRing(byte* memory, int capacity, int batch)
        : this(RingMemory.Borrow(memory, BytesFor(capacity)), capacity, batch)
    {
    }

    private MpscRing(RingMemory memory, int capacity, int batch)
    {
        Verify.That(RingConsumer<TSync>.IsBatch(batch, capacity), "a ring's batch is no power of two that fits");
        this.capacity = capacity;
        this.batch = batch;
        this.memory = memory;
        header = (RingHeader*)memory.Start;
        slots = (RingSlot*)(memory.Start + RingHeader.SizeBytes);
        for (int index = 0; index < capacity; index++)
        {
            slots[index].Sequence = index;
        }
    }

    /// <summary>Number of slots.</summary>
    public int Capacity => (int)capacity;

    /// <summary>Bytes of memory that a ring needs.</summary>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    /// <returns>Bytes for header and slots.</returns>
    public static nuint BytesFor(int capacity)
    {
        Verify.That(capacity > 1 && (capacity & (capacity - 1)) == 0, "ring capacity is not a power of two above 1");
        return RingHeader.SizeBytes + ((nuint)capacity * RingSlot.SizeBytes);
    }

    /// <summary>Any producer: claims a slot, to be filled in place. Acquire reads of the claimed position and of the producers'
    /// copy of the consumer's position, and of that itself only when the copy says that the ring is full: the consumer's
    /// reads of its last message come before the writes of the new one. Full compare-exchange on the claimed position, repeated
    /// only while other producers succeed.</summary>
    /// <param name="slot">The slot, or null.</param>
    /// <param name="ticket">Names the claim to <see cref="Publish"/>.</param>
    /// <returns>False when the ring is full.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryClaim(out RingSlot* slot, out long ticket)
    {
        ticket = TSync.ReadAcquire(ref header->Claimed);
        while (ticket - TSync.ReadAcquire(ref header->CachedReleased) < capacity || !IsStillFull(ticket))
        {
            long found = TSync.CompareExchange(ref header->Claimed, ticket + 1, ticket);
            if (found == ticket)
            {
                slot = slots + (ticket & (capacity - 1));
                return true;
            }

            ticket = found;
        }

        slot = null;
        return false;
    }

    /// <summary>The claiming producer: hands the slot to the consumer. One release store to the slot's sequence: everything
    /// written to the slot before is visible to the consumer that sees it.</summary>
    /// <param name="ticket">From <see cref="TryClaim"/>.</param>
    /// <returns>False when the ticket is not a claim that waits to be published.</returns>
    public bool Publish(long ticket)
    {
        ref long sequence = ref slots[ticket & (capacity - 1)].Sequence;
        if (ticket < 0 || TSync.ReadAcquire(ref sequence) != ticket || ticket >= TSync.ReadAcquire(ref header->Claimed))
        {
            return false;
        }

        TSync.WriteRelease(ref sequence, ticket + 1);
        return true;
    }

    /// <summary>Consumer: the oldest slot if it is published, to be read in place. Peeking again before
    /// <see cref="Release"/> gives the same slot. One acquire read of its sequence; when that finds nothing and slots were given
    /// back untold, a release store of the consumer's position and a second acquire read.</summary>
    /// <param name="slot">The slot, or null.</param>
    /// <returns>False when the ring is empty or its oldest slot is claimed but not published.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPeek(out RingSlot* slot) => RingConsumer<TSync>.TryPeek(header, slots, capacity, out slot);

    /// <summary>Consumer: gives the slot that was peeked at back to the producers. Once in a batch one release store: everything
    /// read from the slots before has been read when a producer sees the new position.</summary>
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

    // A copy that a slow producer stores late is smaller than the one that it replaces: some producer looks once more.
    private bool IsStillFull(long ticket)
    {
        if (TSync.Has(PrimitiveDefect.FullNotTested))
        {
            return false;
        }

        long released = TSync.ReadAcquire(ref header->Released);
        TSync.WriteRelease(ref header->CachedReleased, released);
        return ticket - released >= capacity;
    }
}
