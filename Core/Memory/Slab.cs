// A slab is a bounded table of equal objects in the arena with a free list threaded through its slots. Freeing bumps the slot's
// generation and the most recently freed slot is reused first, because immediate reuse is what makes a stale handle visible in
// a short run. Slots are initialised when they are allocated, so a reset never touches them: the header alone (in the hot part
// of the arena) says which slots exist. Not thread safe: a slab belongs to the party that runs.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;

namespace Managarm.Perf.Core.Memory;

/// <summary>A bounded table of <typeparamref name="T"/> with generation-checked handles.</summary>
/// <typeparam name="T">Blittable type of the objects.</typeparam>
public readonly unsafe struct Slab<T>
    where T : unmanaged
{
    private const int Live = -2;
    private const int End = -1;

    private readonly SlabHeader* header;
    private readonly SlabSlot<T>* slots;
    private readonly DefectSet* defects;

    /// <summary>Reserves a slab in an arena that is not sealed yet.</summary>
    /// <param name="arena">Owner of the memory.</param>
    /// <param name="capacity">Number of objects at most.</param>
    /// <param name="kind">Kind under which the access log and the audit know the objects.</param>
    public Slab(Arena arena, int capacity, ObjectKind kind)
    {
        header = arena.ReserveHot<SlabHeader>(1);
        slots = arena.ReserveCold<SlabSlot<T>>(capacity);
        defects = arena.Defects;
        *header = new SlabHeader { FreeHead = End, Capacity = capacity };
        arena.Register(new ArenaRegion(kind, (byte*)slots, sizeof(SlabSlot<T>), header));
    }

    /// <summary>Number of objects alive.</summary>
    public int LiveCount => header->LiveCount;

    /// <summary>Number of slots that were ever used in this run.</summary>
    public int HighWater => header->HighWater;

    /// <summary>The object that a live handle names. Use <see cref="IsLive"/> where the model may rightly hold stale
    /// ones.</summary>
    /// <param name="handle">Handle of a live object.</param>
    /// <exception cref="StaleHandleException">The object is gone: a lifetime error of whoever asks.</exception>
    public ref T this[Handle<T> handle]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            SlabSlot<T>* slot = slots + handle.Index;
            if (handle.Index >= (uint)header->HighWater || slot->Generation != handle.Generation)
            {
                StaleHandleException.Throw();
            }

            return ref slot->Value;
        }
    }

    /// <summary>The object in a slot, by number, live or not.</summary>
    /// <param name="index">Slot number below <see cref="HighWater"/>.</param>
    /// <returns>A reference into the arena.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At(int index)
    {
        Verify.That((uint)index < (uint)header->HighWater, "slab index out of range");
        return ref slots[index].Value;
    }

    /// <summary>Takes a zeroed object.</summary>
    /// <returns>Its handle, or none when the slab is full.</returns>
    public Handle<T> Allocate()
    {
        int index = header->FreeHead;
        if (index >= 0)
        {
            header->FreeHead = slots[index].NextFree;
            header->ReusedHandles += slots[index].Generation == slots[index].Issued ? 1 : 0;
        }
        else
        {
            if (header->HighWater == header->Capacity)
            {
                return default;
            }

            index = header->HighWater++;
            slots[index].Generation = 1;
        }

        slots[index].NextFree = Live;
        slots[index].Issued = slots[index].Generation;
        slots[index].Value = default;
        header->LiveCount++;
        return new Handle<T>((uint)index, slots[index].Generation);
    }

    /// <summary>Gives an object back; every handle to it is stale from now on.</summary>
    /// <param name="handle">Handle of a live object.</param>
    /// <exception cref="StaleHandleException">It was freed before.</exception>
    public void Free(Handle<T> handle)
    {
        if (!IsLive(handle))
        {
            StaleHandleException.Throw();
        }

        SlabSlot<T>* slot = slots + handle.Index;
        if (!defects->Has(Defect.GenerationNotBumped))
        {
            slot->Generation++;
        }

        slot->NextFree = header->FreeHead;
        header->FreeHead = (int)handle.Index;
        header->LiveCount--;
    }

    /// <summary>Whether a handle names a live object.</summary>
    /// <param name="handle">Any handle.</param>
    /// <returns>True while the object lives.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsLive(Handle<T> handle) =>
        handle.Index < (uint)header->HighWater
        && slots[handle.Index].Generation == handle.Generation
        && slots[handle.Index].NextFree == Live;

    /// <summary>Whether the slot with this number holds a live object.</summary>
    /// <param name="index">Slot number.</param>
    /// <returns>True while the object lives.</returns>
    public bool IsLiveAt(int index) => (uint)index < (uint)header->HighWater && slots[index].NextFree == Live;

    /// <summary>The handle of the live object in a slot.</summary>
    /// <param name="index">Slot number.</param>
    /// <returns>Its handle, or none.</returns>
    public Handle<T> HandleAt(int index) =>
        IsLiveAt(index) ? new Handle<T>((uint)index, slots[index].Generation) : default;
}
