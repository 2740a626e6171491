// The owner allocates two objects, fills them and hands the second over; the other thread uses it, gives it back, and tries to
// give it back again. Meanwhile the owner allocates until it meets the returned object. In the contested variant nobody uses
// the object, and the owner frees it at the same time: exactly one of the two may succeed.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Client of the slab with a return ring.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="isContested">Whether both threads give the same object back.</param>
internal sealed unsafe class SlabClient(string name, bool isContested) : IPrimitiveClient
{
    private const int Capacity = 2;
    private const int Allocations = 4;
    private const long Fresh = 1;
    private const long Used = 2;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Primitive => "ReturnSlab";

    /// <inheritdoc/>
    public string Summary => isContested
        ? "free and return of one object, allocations after it"
        : "use and return of an object, return and use of its stale handle";

    /// <inheritdoc/>
    public int Threads => 2;

    /// <inheritdoc/>
    public nuint Bytes => ReturnSlab<long, ExploreSync>.BytesFor(Capacity) + sizeof(long);

    /// <inheritdoc/>
    public ISpecification Specification { get; } = new SlabSpecification(Capacity);

    /// <inheritdoc/>
    public ClientBody Prepare(byte* memory)
    {
        var slab = new ReturnSlab<long, ExploreSync>(memory, Capacity);
        long* handover = (long*)(memory + ReturnSlab<long, ExploreSync>.BytesFor(Capacity));
        return (thread, run) =>
        {
            if (thread == 0)
            {
                Own(slab, handover, run);
            }
            else
            {
                Borrow(slab, handover, run);
            }
        };
    }

    /// <inheritdoc/>
    public string NameOf(int offset)
    {
        int slots = (int)ReturnSlab<long, ExploreSync>.BytesFor(Capacity) - (Capacity * 3 * sizeof(long));
        int inSlot = (offset - slots) % (3 * sizeof(long));
        int slot = (offset - slots) / (3 * sizeof(long));
        return offset switch
        {
            0 => "the free list",
            _ when offset == slots + (Capacity * 3 * sizeof(long)) => "the handover",
            _ when offset < slots => "return ring: " + RingLayout.NameOf(offset - 128),
            _ => inSlot switch
            {
                0 => $"generation of slot {slot}",
                sizeof(long) => $"link of slot {slot}",
                _ => $"object in slot {slot}",
            },
        };
    }

    private void Own(ReturnSlab<long, ExploreSync> slab, long* handover, InterleavingSearch run)
    {
        Take(slab, default, run);
        Handle<long> lent = Take(slab, default, run);
        ExploreSync.WriteRelease(ref *handover, (long)lent.Bits);
        run.Wake(1);
        if (isContested)
        {
            run.Begin(PrimitiveOperation.Free, Encode(lent));
            run.End(slab.Free(lent) ? 1 : 0);
        }

        for (int number = 2; number < Allocations; number++)
        {
            Take(slab, lent, run);
        }
    }

    private Handle<long> Take(ReturnSlab<long, ExploreSync> slab, Handle<long> lent, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Allocate);
        Handle<long> handle = slab.Allocate();
        run.End(handle.IsNone ? -1 : Encode(handle));
        if (!isContested && slab.TryGet(handle, out long* value))
        {
            bool cameBack = handle.Index == lent.Index && handle.Generation == lent.Generation + 2;
            run.Require(
                !cameBack || ExploreSync.Read(ref *value) == Used, "an object came back without what was done to it");
            ExploreSync.Write(ref *value, Fresh);
        }

        return handle;
    }

    private void Borrow(ReturnSlab<long, ExploreSync> slab, long* handover, InterleavingSearch run)
    {
        run.Sleep();
        var handle = Handle<long>.FromBits((ulong)ExploreSync.ReadAcquire(ref *handover));
        if (!isContested && Get(slab, handle, run, out long* value))
        {
            run.Require(ExploreSync.Read(ref *value) == Fresh, "an object was handed over without what was written to it");
            ExploreSync.Write(ref *value, Used);
        }

        Return(slab, handle, run);
        if (!isContested)
        {
            Return(slab, handle, run);
            Get(slab, handle, run, out _);
        }
    }

    private static bool Get(ReturnSlab<long, ExploreSync> slab, Handle<long> handle, InterleavingSearch run, out long* value)
    {
        run.Begin(PrimitiveOperation.Get, Encode(handle));
        bool isLive = slab.TryGet(handle, out value);
        run.End(isLive ? 1 : 0);
        return isLive;
    }

    private static void Return(ReturnSlab<long, ExploreSync> slab, Handle<long> handle, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.BeginReturn);
        run.End(0);
        run.Begin(PrimitiveOperation.Return, Encode(handle));
        run.End(slab.Return(handle) ? 1 : 0);
        run.Begin(PrimitiveOperation.EndReturn);
        run.End(0);
    }

    private static long Encode(Handle<long> handle) => SlabSpecification.Encode(handle.Index, handle.Generation);
}
