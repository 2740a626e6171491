// A slab whose objects travel: its owner thread allocates and recycles them, one other thread may use them and give them back.
// A free list that two threads share needs a compare-exchange loop and a defence against ABA; instead, only the owner touches
// the free list, and what the other thread gives back comes home through a ring, which the owner drains when its list is empty
// (the remote free of mimalloc and snmalloc, with a bounded ring as its list). The slot's generation decides who gives an object
// back: one compare-exchange from "live in this generation" to "free", so exactly one of several attempts succeeds and a stale
// handle is an answer. The ring has room for every object, hence giving back never fails for want of space.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Memory;

/// <summary>A bounded table of <typeparamref name="T"/> with generation-checked handles, shared by two threads.</summary>
/// <typeparam name="T">Blittable type of the objects.</typeparam>
/// <typeparam name="TSync">Memory accesses to use; every access but those to the objects goes through it.</typeparam>
public sealed unsafe class ReturnSlab<T, TSync> : IDisposable
    where T : unmanaged
    where TSync : struct, ISync
{
    private const int HeaderBytes = 128;

    private readonly int capacity;
    private readonly RingMemory memory;
    private readonly SpscRing<TSync> returned;
    private readonly ReturnSlabSlot<T>* slots;
    private long* freeHead;

    /// <summary>Makes a slab in memory of its own.</summary>
    /// <param name="capacity">Number of objects, a power of two.</param>
    public ReturnSlab(int capacity)
        : this(RingMemory.Allocate(BytesFor(capacity)), capacity)
    {
    }

    /// <summary>Makes a slab in memory that the caller owns and keeps as long as the slab is used.</summary>
    /// <param name="memory"><see cref="BytesFor"/> bytes, aligned to 128; overwritten.</param>
    /// <param name="capacity">Number of objects, a power of two.</param>
    public ReturnSlab(byte* memory, int capacity)
        : this(RingMemory.Borrow(memory, BytesFor(capacity)), capacity)
    {
    }

    private ReturnSlab(RingMemory memory, int capacity)
    {
        this.capacity = capacity;
        this.memory = memory;
        freeHead = (long*)memory.Start;
        returned = new SpscRing<TSync>(memory.Start + HeaderBytes, capacity);
        slots = (ReturnSlabSlot<T>*)(memory.Start + HeaderBytes + SpscRing<TSync>.BytesFor(capacity));
        *freeHead = 1;
        for (int index = 0; index + 1 < capacity; index++)
        {
            slots[index].NextFree = index + 2;
        }
    }

    /// <summary>Number of slots.</summary>
    public int Capacity => capacity;

    /// <summary>Bytes of memory that a slab needs.</summary>
    /// <param name="capacity">Number of objects, a power of two.</param>
    /// <returns>Bytes for header, ring and slots.</returns>
    public static nuint BytesFor(int capacity) =>
        HeaderBytes + SpscRing<TSync>.BytesFor(capacity) + ((nuint)capacity * (nuint)sizeof(ReturnSlabSlot<T>));

    /// <summary>Owner: takes an object. Its contents are what its last user left. Acquire read of the return ring, only when the
    /// free list is empty: the last user's accesses come before the new user's. Release store of the generation.</summary>
    /// <returns>Its handle, or none when no object is free; one whose return is under way may not count yet.</returns>
    public Handle<T> Allocate()
    {
        long number = TSync.Read(ref *freeHead);
        if (number == 0)
        {
            Drain();
            number = TSync.Read(ref *freeHead);
            if (number == 0)
            {
                return default;
            }
        }

        ReturnSlabSlot<T>* slot = slots + (number - 1);
        if (!TSync.Has(PrimitiveDefect.NotUnlinked))
        {
            TSync.Write(ref *freeHead, TSync.Read(ref slot->NextFree));
        }

        uint generation = (uint)TSync.Read(ref slot->Generation) + 1;
        TSync.WriteRelease(ref slot->Generation, generation);
        return new Handle<T>((uint)(number - 1), generation);
    }

    /// <summary>Owner: gives an object back directly. Full ordering (compare-exchange).</summary>
    /// <param name="handle">Any handle.</param>
    /// <returns>False when the handle is stale; nothing was done.</returns>
    public bool Free(Handle<T> handle)
    {
        if (!TryRetire(handle))
        {
            return false;
        }

        Link(handle.Index);
        return true;
    }

    /// <summary>The other thread: gives an object back to its owner. Full ordering (compare-exchange), then a release store to
    /// the return ring: everything done to the object before is visible to its next user.</summary>
    /// <param name="handle">Any handle.</param>
    /// <returns>False when the handle is stale; nothing was done.</returns>
    public bool Return(Handle<T> handle)
    {
        if (TSync.Has(PrimitiveDefect.GenerationComparedTooLate))
        {
            SendHome(handle.Index);
            return TryRetire(handle);
        }

        if (!TryRetire(handle))
        {
            return false;
        }

        SendHome(handle.Index);
        return true;
    }

    /// <summary>Either side: the object that a handle names. Acquire read of the generation. The answer lasts only as long as
    /// nobody gives the object back, which is for its holders to agree on.</summary>
    /// <param name="handle">Any handle.</param>
    /// <param name="value">The object, or null.</param>
    /// <returns>False when the handle is stale.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(Handle<T> handle, out T* value)
    {
        if (!CouldBeLive(handle) || TSync.ReadAcquire(ref slots[handle.Index].Generation) != handle.Generation)
        {
            value = null;
            return false;
        }

        value = &slots[handle.Index].Value;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (freeHead is null)
        {
            return;
        }

        returned.Dispose();
        memory.Free();
        freeHead = null;
    }

    private bool CouldBeLive(Handle<T> handle) => handle.Index < (uint)capacity && (handle.Generation & 1) != 0;

    private bool TryRetire(Handle<T> handle)
    {
        if (!CouldBeLive(handle))
        {
            return false;
        }

        uint next = TSync.Has(PrimitiveDefect.GenerationNotBumped) ? handle.Generation - 1 : handle.Generation + 1;
        return TSync.CompareExchange(ref slots[handle.Index].Generation, next, handle.Generation) == handle.Generation;
    }

    private void SendHome(uint index)
    {
        bool hasRoom = returned.TryClaim(out RingSlot* slot);
        Verify.That(hasRoom, "more objects came back than there are");
        TSync.Write(ref slot->As<long>(), index);
        returned.Publish();
    }

    private void Drain()
    {
        while (returned.TryPeek(out RingSlot* slot))
        {
            uint index = (uint)TSync.Read(ref slot->As<long>());
            Link(index);
            if (TSync.Has(PrimitiveDefect.FreedTwice))
            {
                Link(index);
            }

            returned.Release();
        }
    }

    private void Link(uint index)
    {
        TSync.Write(ref slots[index].NextFree, TSync.Read(ref *freeHead));
        TSync.Write(ref *freeHead, index + 1);
    }
}

// A slot of a slab whose objects travel to another thread: what both sides use to agree on who owns it, then the object.
/// <summary>One slot of a <see cref="ReturnSlab{T, TSync}"/>.</summary>
/// <typeparam name="T">Type of the object.</typeparam>
[StructLayout(LayoutKind.Sequential)]
internal struct ReturnSlabSlot<T>
    where T : unmanaged
{
    /// <summary>Both sides: life of the slot, odd while an object lives in it.</summary>
    public long Generation;

    /// <summary>Owner only: number of the next free slot, or 0.</summary>
    public long NextFree;

    /// <summary>Whoever holds the handle: the object.</summary>
    public T Value;
}
