// The inbox of a thread that may sleep: a ring from many producers, the notify word that says that there is something in it,
// and the park word of its owner. It is the order of hel's consumer in one place: look, clear the bit, look again, and only
// then sleep (facts of mlibc's queue loop: "clear, then re-check"). The alert bit carries no message and stays set until the
// owner takes it, as helAlertQueue's does. Nothing here blocks: the operations say when the host must put the owner to sleep or
// wake it.

using System.Runtime.InteropServices;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Rings;

/// <summary>Multiple-producer inbox with one owner that sleeps when it is empty.</summary>
/// <typeparam name="TSync">Memory accesses to use.</typeparam>
public sealed unsafe class Inbox<TSync> : IDisposable
    where TSync : struct, ISync
{
    private const long Progress = 1 << 0;
    private const long Alerted = 1 << 15;

    private readonly RingMemory memory;
    private readonly MpscRing<TSync> ring;
    private InboxHeader* header;

    /// <summary>Makes an inbox in memory of its own.</summary>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    public Inbox(int capacity)
        : this(RingMemory.Allocate(BytesFor(capacity)), capacity)
    {
    }

    /// <summary>Makes an inbox in memory that the caller owns and keeps as long as the inbox is used.</summary>
    /// <param name="memory"><see cref="BytesFor"/> bytes, aligned to 128; overwritten.</param>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    public Inbox(byte* memory, int capacity)
        : this(RingMemory.Borrow(memory, BytesFor(capacity)), capacity)
    {
    }

    private Inbox(RingMemory memory, int capacity)
    {
        this.memory = memory;
        header = (InboxHeader*)memory.Start;
        ring = new MpscRing<TSync>(memory.Start + InboxHeader.SizeBytes, capacity);
    }

    /// <summary>Bytes of memory that an inbox needs.</summary>
    /// <param name="capacity">Number of slots, a power of two, at least 2.</param>
    /// <returns>Bytes for headers and slots.</returns>
    public static nuint BytesFor(int capacity) => InboxHeader.SizeBytes + MpscRing<TSync>.BytesFor(capacity);

    /// <summary>Any producer: claims a slot; ordering as <see cref="MpscRing{TSync}.TryClaim"/>.</summary>
    /// <param name="slot">The slot, or null.</param>
    /// <param name="ticket">Names the claim to <see cref="Publish"/>.</param>
    /// <returns>False when the inbox is full.</returns>
    public bool TryClaim(out RingSlot* slot, out long ticket) => ring.TryClaim(out slot, out ticket);

    /// <summary>The claiming producer: hands the slot to the owner. Release store of the slot, then full ordering
    /// (fetch-and-or) on the notify word.</summary>
    /// <param name="ticket">From <see cref="TryClaim"/>.</param>
    /// <param name="wakes">Whether the host must wake the owner now.</param>
    /// <returns>False when the ticket is not a claim that waits to be published.</returns>
    public bool Publish(long ticket, out bool wakes)
    {
        bool published = ring.Publish(ticket);
        wakes = published && Notify(Progress);
        return published;
    }

    /// <summary>Anybody: sets the sticky alert bit. Full ordering (fetch-and-or).</summary>
    /// <returns>Whether the host must wake the owner now.</returns>
    public bool Alert() => Notify(Alerted);

    /// <summary>Owner: takes the alert bit. Full ordering (fetch-and-and).</summary>
    /// <returns>Whether it was set.</returns>
    public bool TakeAlert() => NotifyWord<TSync>.Clear(ref header->Notify, Alerted) != 0;

    /// <summary>Owner: the oldest message; ordering as <see cref="MpscRing{TSync}.TryPeek"/>.</summary>
    /// <param name="slot">The slot, or null.</param>
    /// <returns>False when there is none, or its producer has not finished.</returns>
    public bool TryPeek(out RingSlot* slot) => ring.TryPeek(out slot);

    /// <summary>Owner: gives the message back; ordering as <see cref="MpscRing{TSync}.Release"/>.</summary>
    /// <returns>False when none was peeked at.</returns>
    public bool Release() => ring.Release();

    /// <summary>Owner, having found nothing: clears the notify bit, looks again, and announces its sleep. Full ordering at both
    /// steps.</summary>
    /// <returns>True when the host must put the owner to sleep until somebody wakes it; false when it must look again.</returns>
    public bool TrySleep()
    {
        bool hasMessage = TSync.Has(PrimitiveDefect.CheckedBeforeCleared) && ring.TryPeek(out _);
        NotifyWord<TSync>.Clear(ref header->Notify, Progress);
        if (!TSync.Has(PrimitiveDefect.CheckedBeforeCleared) && !TSync.Has(PrimitiveDefect.ClearedWithoutRecheck))
        {
            hasMessage = ring.TryPeek(out _);
        }

        return !hasMessage && ParkWord<TSync>.TryPark(ref header->Park, ref header->Notify, Progress | Alerted);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (header is null)
        {
            return;
        }

        ring.Dispose();
        memory.Free();
        header = null;
    }

    private bool Notify(long bits) =>
        NotifyWord<TSync>.Raise(ref header->Notify, bits)
        && !TSync.Has(PrimitiveDefect.WakeNotSent)
        && ParkWord<TSync>.Unpark(ref header->Park);
}

// The two words that an inbox adds to its ring, on a line of their own: a producer touches them once per message, and only
// the fetch-and-or of the notify word when the owner is awake.
/// <summary>Header of an <see cref="Inbox{TSync}"/>: 128 bytes, before those of its ring.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct InboxHeader
{
    /// <summary>Bytes of the header; the ring follows.</summary>
    public const int SizeBytes = 128;

    /// <summary>Everybody: bits for the owner to look at.</summary>
    [FieldOffset(0)]
    [WrittenBy(RingSides.Producer | RingSides.Consumer)]
    public long Notify;

    /// <summary>Everybody: whether the owner sleeps.</summary>
    [FieldOffset(8)]
    [WrittenBy(RingSides.Producer | RingSides.Consumer)]
    public long Park;
}
