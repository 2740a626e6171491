// The ring from many producer threads to one consumer thread: a bounded queue after Dmitry Vyukov ("Bounded MPMC queue",
// 2010) with one consumer. A producer takes a position by one compare-exchange and fills the slot in place; the slot's own
// sequence, not the shared position, tells the consumer that it is ready, so a slow producer delays only those behind it.
// Order is the order of positions. Nothing blocks: a full ring, an empty ring, and publishing or releasing what is not
// claimed are answers. A producer that dies between claim and publish stops the consumer at its slot: producers are threads
// of our own.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Rings;

/// <summary>Bounded multiple-producer single-consumer ring of <see cref="SequencedSlot"/>.</summary>
/// <typeparam name="TSync">Memory accesses to use; every access to header and sequences goes through it.</typeparam>
public sealed unsafe class MpscRing<TSync> : IDisposable
    where TSync : struct, ISync
{
    private readonly long capacity;
    private readonly RingMemory memory;
    private MpscHeader* header;
    private SequencedSlot* slots;

    /// <summary>Makes a ring in memory of its own.</summary>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    public MpscRing(int capacity)
        : this(RingMemory.Allocate(BytesFor(capacity)), capacity)
    {
    }

    /// <summary>Makes a ring in memory that the caller owns and keeps as long as the ring is used.</summary>
    /// <param name="memory"><see cref="BytesFor"/> bytes, aligned to 128; overwritten.</param>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    public MpscRing(byte* memory, int capacity)
        : this(RingMemory.Borrow(memory, BytesFor(capacity)), capacity)
    {
    }

    private MpscRing(RingMemory memory, int capacity)
    {
        this.capacity = capacity;
        this.memory = memory;
        header = (MpscHeader*)memory.Start;
        slots = (SequencedSlot*)(memory.Start + MpscHeader.SizeBytes);
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
        return MpscHeader.SizeBytes + ((nuint)capacity * SequencedSlot.SizeBytes);
    }

    /// <summary>Any producer: claims a slot, to be filled in place. Acquire read of the slot's sequence: the consumer's reads
    /// of its last message come before the writes of the new one. Full compare-exchange on the claimed position, repeated only
    /// while other producers succeed.</summary>
    /// <param name="slot">The slot, or null.</param>
    /// <param name="ticket">Names the claim to <see cref="Publish"/>.</param>
    /// <returns>False when the ring is full.</returns>
    public bool TryClaim(out SequencedSlot* slot, out long ticket)
    {
        ticket = TSync.ReadAcquire(ref header->Claimed);
        while (true)
        {
            slot = slots + (ticket & (capacity - 1));
            long ahead = TSync.ReadAcquire(ref slot->Sequence) - ticket;
            if (ahead < 0 && !TSync.Has(PrimitiveDefect.FullNotTested))
            {
                slot = null;
                return false;
            }

            if (ahead > 0)
            {
                ticket = TSync.ReadAcquire(ref header->Claimed);
                continue;
            }

            long found = TSync.CompareExchange(ref header->Claimed, ticket + 1, ticket);
            if (found == ticket)
            {
                return true;
            }

            ticket = found;
        }
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
    /// <see cref="Release"/> gives the same slot. One acquire read of the slot's sequence.</summary>
    /// <param name="slot">The slot, or null.</param>
    /// <returns>False when the ring is empty or its oldest slot is claimed but not published.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPeek(out SequencedSlot* slot)
    {
        long position = TSync.Read(ref header->Released);
        slot = slots + (position & (capacity - 1));
        if (TSync.ReadAcquire(ref slot->Sequence) != position + 1)
        {
            slot = null;
            return false;
        }

        TSync.Write(ref header->IsPeeked, 1);
        return true;
    }

    /// <summary>Consumer: gives the slot that was peeked at back to the producers. One release store to its sequence:
    /// everything read from the slot before has been read when a producer claims it again.</summary>
    /// <returns>False when no slot was peeked at.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Release()
    {
        if (TSync.Read(ref header->IsPeeked) == 0)
        {
            return false;
        }

        long position = TSync.Read(ref header->Released);
        TSync.Write(ref header->IsPeeked, 0);
        TSync.Write(ref header->Released, position + 1);
        TSync.WriteRelease(ref slots[position & (capacity - 1)].Sequence, position + capacity);
        return true;
    }

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
}

// The shared words of a ring with several producers: their common position, and 128 bytes further what only the consumer
// touches. The consumer's progress reaches the producers through the sequences of the slots, so they never read its line.
/// <summary>Header of a <see cref="MpscRing{TSync}"/>: 256 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct MpscHeader
{
    /// <summary>Bytes of the header; the slots follow.</summary>
    public const int SizeBytes = 256;

    /// <summary>Producers compare-exchange: positions claimed so far.</summary>
    [FieldOffset(0)]
    [WrittenBy(RingSides.Producer)]
    public long Claimed;

    /// <summary>Consumer only: positions given back so far.</summary>
    [FieldOffset(128)]
    [WrittenBy(RingSides.Consumer)]
    public long Released;

    /// <summary>Consumer only: whether a slot was handed out and not given back, 0 or 1.</summary>
    [FieldOffset(136)]
    [WrittenBy(RingSides.Consumer)]
    public long IsPeeked;
}
