// The slab with a return ring: stale handles, recycling, equality with a simple model over random operations, no allocation, and
// two real threads that pass objects around.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Tests.Memory;

public sealed class ReturnSlabTests
{
    private const int Capacity = 4;

    [Fact]
    public unsafe void A_returned_object_comes_back_in_a_new_generation()
    {
        using var slab = new ReturnSlab<long, PlainSync>(2);
        Handle<long> first = slab.Allocate();
        Handle<long> second = slab.Allocate();
        Assert.True(slab.Allocate().IsNone);
        Assert.True(slab.TryGet(first, out long* value));
        *value = 5;
        Assert.True(slab.Return(first));
        Assert.False(slab.TryGet(first, out value));
        Assert.True(value == null);
        Handle<long> again = slab.Allocate();
        Assert.Equal(first.Index, again.Index);
        Assert.NotEqual(first.Generation, again.Generation);
        Assert.True(slab.TryGet(again, out value));
        Assert.Equal(5, *value);
        Assert.True(slab.TryGet(second, out _));
    }

    [Fact]
    public void An_object_is_given_back_once_by_whomever()
    {
        using var slab = new ReturnSlab<long, PlainSync>(2);
        Handle<long> first = slab.Allocate();
        Handle<long> second = slab.Allocate();
        Assert.True(slab.Free(first));
        Assert.False(slab.Free(first));
        Assert.False(slab.Return(first));
        Assert.True(slab.Return(second));
        Assert.False(slab.Return(second));
        Assert.False(slab.Free(second));
        Assert.False(slab.Allocate().IsNone);
        Assert.False(slab.Allocate().IsNone);
        Assert.True(slab.Allocate().IsNone);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    [InlineData(7, 1)]
    [InlineData(uint.MaxValue, 1)]
    public unsafe void A_handle_from_elsewhere_is_stale(uint index, uint generation)
    {
        using var slab = new ReturnSlab<long, PlainSync>(Capacity);
        slab.Allocate();
        var wrong = new Handle<long>(index, generation);
        Assert.False(slab.TryGet(wrong, out _));
        Assert.False(slab.Free(wrong));
        Assert.False(slab.Return(wrong));
        Assert.Equal(Capacity, slab.Capacity);
    }

    [Fact]
    public void A_slab_behaves_like_a_set_of_handles() => Checked.ForAll<byte[]>(500, commands =>
    {
        using var slab = new ReturnSlab<long, PlainSync>(Capacity);
        var live = new List<Handle<long>>();
        var dead = new List<Handle<long>>();
        return commands.All(command => Step(slab, live, dead, command));
    });

    [Fact]
    public unsafe void A_slab_works_in_memory_that_is_handed_in_and_allocates_nothing()
    {
        nuint bytes = ReturnSlab<long, PlainSync>.BytesFor(Capacity);
        byte* memory = stackalloc byte[(int)bytes + 128];
        using var slab = new ReturnSlab<long, PlainSync>((byte*)(((nuint)memory + 127) & ~(nuint)127), Capacity);
        long before = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            for (int turn = 0; turn < 3 * Capacity; turn++)
            {
                slab.Return(slab.Allocate());
                slab.Free(slab.Allocate());
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public unsafe void Objects_travel_to_another_thread_and_come_home()
    {
        const int Objects = 100_000;
        using var slab = new ReturnSlab<long, RealSync>(16);
        using var ring = new SpscRing<RealSync>(32);
        long sum = 0;
        bool areAllReturned = true;
        var user = new Thread(() => Use(slab, ring, Objects, out sum, out areAllReturned));
        user.Start();
        var spin = default(SpinWait);
        for (int number = 1; number <= Objects; number++)
        {
            Handle<long> handle;
            while ((handle = slab.Allocate()).IsNone)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            Assert.True(slab.TryGet(handle, out long* value));
            *value = number;
            Assert.True(ring.TryClaim(out RingSlot* slot));
            slot->As<ulong>() = handle.Bits;
            ring.Publish();
        }

        user.Join();
        Assert.True(areAllReturned);
        Assert.Equal((long)Objects * (Objects + 1) / 2, sum);
    }

    private static unsafe void Use(
        ReturnSlab<long, RealSync> slab, SpscRing<RealSync> ring, int objects, out long sum, out bool areAllReturned)
    {
        sum = 0;
        areAllReturned = true;
        var spin = default(SpinWait);
        for (int number = 0; number < objects; number++)
        {
            RingSlot* slot;
            while (!ring.TryPeek(out slot))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            var handle = Handle<long>.FromBits(slot->As<ulong>());
            ring.Release();
            areAllReturned &= slab.TryGet(handle, out long* value);
            sum += value is null ? 0 : *value;
            areAllReturned &= slab.Return(handle) && !slab.Return(handle);
        }
    }

    private static unsafe bool Step(
        ReturnSlab<long, PlainSync> slab, List<Handle<long>> live, List<Handle<long>> dead, byte command)
    {
        if (command % 3 == 0 || live.Count == 0)
        {
            Handle<long> handle = slab.Allocate();
            bool isExpected = handle.IsNone == (live.Count == Capacity) && !live.Contains(handle) && !dead.Contains(handle);
            if (!handle.IsNone)
            {
                live.Add(handle);
            }

            return isExpected && live.TrueForAll(alive => slab.TryGet(alive, out _));
        }

        Handle<long> chosen = live[command % live.Count];
        live.Remove(chosen);
        dead.Add(chosen);
        bool isGivenBack = command % 3 == 1 ? slab.Return(chosen) : slab.Free(chosen);
        return isGivenBack && dead.TrueForAll(stale => !slab.TryGet(stale, out _) && !slab.Return(stale) && !slab.Free(stale));
    }
}
