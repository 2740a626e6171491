// The ring with several producers: the same duties as the single-producer ring, plus publishing out of order, tickets that do
// not fit, and three real threads.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Tests.Rings;

public sealed class MpscRingTests
{
    [Fact]
    public unsafe void A_ring_fills_empties_and_wraps_around()
    {
        using var ring = new MpscRing<PlainSync>(4);
        for (long lap = 0; lap < 10; lap++)
        {
            for (long i = 0; i < 4; i++)
            {
                Assert.True(ring.TryClaim(out RingSlot* slot, out long ticket));
                slot->As<long>() = (lap * 4) + i;
                Assert.True(ring.Publish(ticket));
            }

            Assert.False(ring.TryClaim(out RingSlot* none, out _));
            Assert.True(none == null);
            for (long i = 0; i < 4; i++)
            {
                Assert.True(ring.TryPeek(out RingSlot* slot));
                Assert.Equal((lap * 4) + i, slot->As<long>());
                Assert.True(ring.Release());
            }

            Assert.False(ring.TryPeek(out none));
        }
    }

    [Fact]
    public unsafe void A_slot_published_early_waits_for_the_one_before_it()
    {
        using var ring = new MpscRing<PlainSync>(4);
        Assert.True(ring.TryClaim(out RingSlot* first, out long firstTicket));
        Assert.True(ring.TryClaim(out RingSlot* second, out long secondTicket));
        second->As<int>() = 2;
        Assert.True(ring.Publish(secondTicket));
        Assert.False(ring.TryPeek(out _));
        first->As<int>() = 1;
        Assert.True(ring.Publish(firstTicket));
        Assert.True(ring.TryPeek(out RingSlot* slot));
        Assert.Equal(1, slot->As<int>());
        Assert.True(ring.Release());
        Assert.True(ring.TryPeek(out slot));
        Assert.Equal(2, slot->As<int>());
    }

    [Fact]
    public unsafe void Tickets_that_do_not_fit_are_refused()
    {
        using var ring = new MpscRing<PlainSync>(2);
        Assert.False(ring.Publish(0));
        Assert.False(ring.Publish(-1));
        Assert.False(ring.Publish(long.MaxValue));
        Assert.False(ring.Release());
        Assert.True(ring.TryClaim(out _, out long ticket));
        Assert.False(ring.Publish(ticket + 1));
        Assert.True(ring.Publish(ticket));
        Assert.False(ring.Publish(ticket));
        Assert.False(ring.Release());
        Assert.True(ring.TryPeek(out _));
        Assert.True(ring.Release());
        Assert.False(ring.Release());
        Assert.False(ring.Publish(ticket));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void Only_powers_of_two_above_one_are_capacities(int capacity) =>
        Assert.Throws<ToolBugException>(() => new MpscRing<PlainSync>(capacity).Capacity);

    [Fact]
    public unsafe void A_ring_works_in_memory_that_is_handed_in()
    {
        nuint bytes = MpscRing<PlainSync>.BytesFor(2);
        byte* memory = stackalloc byte[(int)bytes + 128];
        byte* aligned = (byte*)(((nuint)memory + 127) & ~(nuint)127);
        using var ring = new MpscRing<PlainSync>(aligned, 2);
        Assert.True(ring.TryClaim(out RingSlot* first, out _));
        Assert.True(ring.TryClaim(out RingSlot* second, out _));
        Assert.Equal(64, (byte*)second - (byte*)first);
        Assert.True((byte*)first >= aligned && (byte*)(second + 1) <= aligned + bytes);
    }

    [Fact]
    public void A_ring_behaves_like_a_queue() => Checked.ForAll<byte[]>(500, commands =>
    {
        using var ring = new MpscRing<PlainSync>(4);
        var queue = new Queue<int>();
        return commands.All(command => Step(ring, queue, command));
    });

    [Fact]
    public unsafe void Messages_of_several_threads_arrive_once_and_in_the_order_of_their_thread()
    {
        const int Producers = 2;
        const long Messages = 100_000;
        using var ring = new MpscRing<RealSync>(32);
        Thread[] threads = [.. Enumerable.Range(0, Producers).Select(id => new Thread(() => Produce(ring, id, Messages)))];
        Array.ForEach(threads, thread => thread.Start());
        var next = new long[Producers];
        var spin = default(SpinWait);
        for (long received = 0; received < Producers * Messages; received++)
        {
            RingSlot* slot;
            while (!ring.TryPeek(out slot))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            Signed message = slot->As<Signed>();
            Assert.Equal(next[message.Producer]++, message.Value);
            Assert.Equal(message.Value * 31, message.Check);
            ring.Release();
        }

        Array.ForEach(threads, thread => thread.Join());
        Assert.False(ring.TryPeek(out _));
        Assert.All(next, count => Assert.Equal(Messages, count));
    }

    private static unsafe void Produce(MpscRing<RealSync> ring, int id, long messages)
    {
        var spin = default(SpinWait);
        for (long value = 0; value < messages; value++)
        {
            RingSlot* slot;
            long ticket;
            while (!ring.TryClaim(out slot, out ticket))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            slot->As<Signed>() = new Signed { Producer = id, Value = value, Check = value * 31 };
            ring.Publish(ticket);
        }
    }

    private static unsafe bool Step(MpscRing<PlainSync> ring, Queue<int> queue, byte command)
    {
        RingSlot* slot;
        if (command % 2 == 0)
        {
            bool claimed = ring.TryClaim(out slot, out long ticket);
            if (claimed)
            {
                slot->As<int>() = command;
                ring.Publish(ticket);
                queue.Enqueue(command);
            }

            return claimed ? queue.Count <= 4 : queue.Count == 4;
        }

        bool peeked = ring.TryPeek(out slot);
        int value = peeked ? slot->As<int>() : -1;
        ring.Release();
        return peeked ? queue.Dequeue() == value : queue.Count == 0;
    }

    private struct Signed
    {
        public int Producer;
        public long Value;
        public long Check;
    }
}
