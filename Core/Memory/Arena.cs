// The arena is the one block of unmanaged memory that holds all state of a model world. It contains no absolute pointers, so
// its content is comparable between worlds. It has two parts: the hot part (headers, parties, counters) is restored from a
// template by one copy at reset; the cold part (slots of slabs) is never cleared, since objects are initialised when they are
// allocated and high-water marks say how far a run reached. Everything is reserved before Seal and nothing afterwards.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;

namespace Managarm.Perf.Core.Memory;

/// <summary>The memory of one world. Sizes in bytes.</summary>
public sealed unsafe class Arena : IDisposable
{
    private const int HotCapacityBytes = 64 * 1024;
    private const int MaxRegions = 64;
    private const int PageShift = 12;
    private const nuint AlignmentBytes = 128;

    private readonly ArenaRegion[] regions = new ArenaRegion[MaxRegions];
    private readonly nuint coldCapacityBytes;
    private byte[] firstRegionOfPage = [0];
    private byte* allocation;
    private byte* memory;
    private byte* template;
    private nuint hotUsedBytes;
    private nuint coldUsedBytes;
    private int regionCount;
    private bool isSealed;

    /// <summary>Takes the memory for one world.</summary>
    /// <param name="coldCapacityBytes">Bytes for the slots of all slabs.</param>
    public Arena(int coldCapacityBytes)
    {
        this.coldCapacityBytes = (nuint)coldCapacityBytes;
        allocation = (byte*)NativeMemory.AllocZeroed(HotCapacityBytes + this.coldCapacityBytes + AlignmentBytes);
        memory = (byte*)(((nuint)allocation + AlignmentBytes - 1) & ~(AlignmentBytes - 1));
        Defects = ReserveHot<DefectSet>(1);
    }

    /// <summary>The defect switches of this world; part of the hot memory.</summary>
    public DefectSet* Defects { get; }

    /// <summary>Bytes that a reset copies.</summary>
    public int TemplateBytes => (int)hotUsedBytes;

    /// <summary>Reserves zeroed memory that a reset restores from the template.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="count">Number of elements.</param>
    /// <returns>A pointer that stays valid as long as the arena.</returns>
    public T* ReserveHot<T>(int count)
        where T : unmanaged
    {
        nuint bytes = Align((nuint)(sizeof(T) * count));
        Verify.That(!isSealed && hotUsedBytes + bytes <= HotCapacityBytes, "hot part of the arena is too small");
        byte* result = memory + hotUsedBytes;
        hotUsedBytes += bytes;
        return (T*)result;
    }

    /// <summary>Reserves memory whose elements are initialised when they are allocated.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="count">Number of elements.</param>
    /// <returns>A pointer that stays valid as long as the arena.</returns>
    public T* ReserveCold<T>(int count)
        where T : unmanaged
    {
        nuint bytes = Align((nuint)sizeof(T) * (nuint)count);
        Verify.That(!isSealed && coldUsedBytes + bytes <= coldCapacityBytes, "cold part of the arena is too small");
        byte* result = memory + HotCapacityBytes + coldUsedBytes;
        coldUsedBytes += bytes;
        return (T*)result;
    }

    /// <summary>Makes a slab known to <see cref="Hash"/> and to the access audit.</summary>
    /// <param name="region">The slab's slots.</param>
    public void Register(ArenaRegion region)
    {
        Verify.That(regionCount < MaxRegions, "too many arena regions");
        regions[regionCount++] = region;
    }

    /// <summary>The registered slabs, in order of registration.</summary>
    public ReadOnlySpan<ArenaRegion> Regions => regions.AsSpan(0, regionCount);

    /// <summary>Ends the layout phase: what the hot part holds now is what every reset brings back.</summary>
    public void Seal()
    {
        Verify.That(!isSealed, "arena sealed twice");
        template = (byte*)NativeMemory.AlignedAlloc(hotUsedBytes, 128);
        Unsafe.CopyBlock(template, memory, (uint)hotUsedBytes);
        firstRegionOfPage = FindFirstRegions();
        isSealed = true;
    }

    /// <summary>Brings the world's memory back to the state at <see cref="Seal"/>.</summary>
    public void Reset()
    {
        Verify.That(isSealed, "arena reset before it was sealed");
        Unsafe.CopyBlock(memory, template, (uint)hotUsedBytes);
    }

    /// <summary>Finds the object that a place in the arena belongs to. Places in the hot part belong to none.</summary>
    /// <param name="place">An address inside a slab.</param>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="index">Its index.</param>
    /// <returns>False for a place outside of all slabs.</returns>
    public bool TryFindObject(void* place, out ObjectKind kind, out uint index)
    {
        Verify.That(isSealed, "arena searched before it was sealed");
        nuint coldOffset = (nuint)place - (nuint)(memory + HotCapacityBytes);
        if (coldOffset < coldUsedBytes)
        {
            for (int number = firstRegionOfPage[coldOffset >> PageShift]; number < regionCount; number++)
            {
                ref readonly ArenaRegion region = ref regions[number];
                nuint offset = (nuint)place - (nuint)region.Slots;
                if (offset < (nuint)(region.SlotBytes * region.Header->Capacity))
                {
                    kind = region.Kind;
                    index = (uint)offset / (uint)region.SlotBytes;
                    return true;
                }
            }
        }

        kind = ObjectKind.None;
        index = 0;
        return false;
    }

    /// <summary>Whether some slab gave a handle out twice in this run.</summary>
    /// <returns>True when a stale handle could name another object.</returns>
    public bool HasReusedHandle()
    {
        foreach (ref readonly ArenaRegion region in Regions)
        {
            if (region.Header->ReusedHandles > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A hash over all state that this run can have touched.</summary>
    /// <returns>Equal for equal runs, whatever ran in this world before.</returns>
    public ulong Hash()
    {
        ulong hash = HashBytes(0xcbf29ce484222325, memory, (int)hotUsedBytes);
        foreach (ref readonly ArenaRegion region in Regions)
        {
            hash = HashBytes(hash, region.Slots, region.SlotBytes * region.Header->HighWater);
        }

        return hash;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(allocation);
        NativeMemory.AlignedFree(template);
        allocation = null;
        memory = null;
        template = null;
    }

    /// <summary>For each page of the cold part the first region that ends behind the page's start. Slabs are registered in the
    /// order of their memory, so a search that begins there ends after as many regions as share the page.</summary>
    private byte[] FindFirstRegions()
    {
        var first = new byte[(coldUsedBytes >> PageShift) + 1];
        int number = 0;
        for (int page = 0; page < first.Length; page++)
        {
            byte* start = memory + HotCapacityBytes + ((nuint)page << PageShift);
            while (number < regionCount && EndOf(regions[number]) <= start)
            {
                number++;
            }

            first[page] = (byte)number;
        }

        return first;
    }

    private static byte* EndOf(in ArenaRegion region) => region.Slots + (region.SlotBytes * region.Header->Capacity);

    private static nuint Align(nuint bytes) => (bytes + 15) & ~(nuint)15;

    private static ulong HashBytes(ulong hash, byte* bytes, int count)
    {
        for (int i = 0; i < count; i++)
        {
            hash = (hash ^ bytes[i]) * 0x100000001b3;
        }

        return hash;
    }
}
