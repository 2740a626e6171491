// The single-producer ring: full, empty, wrap-around, misuse, equality with a queue over random operations, memory that is
// handed in, and two real threads.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Tests.Rings;

public sealed class SpscRingTests
{
    [Fact]
    public unsafe void A_ring_fills_empties_and_wraps_around()
    {
        using var ring = new SpscRing<PlainSync>(4);
        for (long lap = 0; lap < 10; lap++)
        {
            for (long i = 0; i < 4; i++)
            {
                Assert.True(ring.TryClaim(out RingSlot* slot));
                slot->As<long>() = (lap * 4) + i;
                Assert.True(ring.Publish());
            }

            Assert.False(ring.TryClaim(out RingSlot* none));
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
    public unsafe void Misuse_is_an_answer()
    {
        using var ring = new SpscRing<PlainSync>(2);
        Assert.False(ring.Publish());
        Assert.False(ring.Release());
        Assert.True(ring.TryClaim(out RingSlot* first));
        Assert.True(ring.TryClaim(out RingSlot* again));
        Assert.True(first == again);
        Assert.False(ring.TryPeek(out _));
        Assert.True(ring.Publish());
        Assert.False(ring.Publish());
        Assert.False(ring.Release());
        Assert.True(ring.TryPeek(out _));
        Assert.True(ring.Release());
        Assert.False(ring.Release());
        Assert.False(ring.TryPeek(out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-4)]
    public void Only_powers_of_two_are_capacities(int capacity) =>
        Assert.Throws<ToolBugException>(() => new SpscRing<PlainSync>(capacity).Capacity);

    [Fact]
    public unsafe void Room_is_told_in_batches_and_at_the_latest_when_there_is_nothing_left()
    {
        using var ring = new SpscRing<PlainSync>(16);
        Fill(ring, 16);
        Drain(ring, 3);
        Assert.False(ring.TryClaim(out _));
        Drain(ring, 1);
        Fill(ring, 4);
        Assert.False(ring.TryClaim(out _));
        Drain(ring, 16);
        Fill(ring, 1);
        Drain(ring, 1);
        Assert.False(ring.TryPeek(out _));
        Fill(ring, 16);
        Assert.False(ring.TryClaim(out _));
    }

    [Fact]
    public unsafe void Slots_are_cache_lines_and_large_messages_are_refused()
    {
        using var ring = new SpscRing<PlainSync>(2);
        ring.TryClaim(out RingSlot* first);
        ring.Publish();
        ring.TryClaim(out RingSlot* second);
        Assert.Equal(64, (byte*)second - (byte*)first);
        Assert.Equal(0, (nint)first & 63);
        Assert.Throws<ToolBugException>(() => default(RingSlot).As<Eight>() = default);
    }

    [Fact]
    public unsafe void A_ring_works_in_memory_that_is_handed_in()
    {
        nuint bytes = SpscRing<PlainSync>.BytesFor(2);
        byte* memory = stackalloc byte[(int)bytes + 128];
        byte* aligned = (byte*)(((nuint)memory + 127) & ~(nuint)127);
        using var ring = new SpscRing<PlainSync>(aligned, 2);
        Assert.True(ring.TryClaim(out RingSlot* slot));
        Assert.True((byte*)slot >= aligned && (byte*)(slot + 1) <= aligned + bytes);
        Assert.Throws<ToolBugException>(() => new SpscRing<PlainSync>(aligned + 64, 2).Capacity);
    }

    [Fact]
    public void A_ring_behaves_like_a_queue() => Checked.ForAll<byte[]>(500, commands =>
    {
        using var ring = new SpscRing<PlainSync>(4);
        var queue = new Queue<int>();
        return commands.All(command => Step(ring, queue, command));
    });

    [Fact]
    public unsafe void Two_threads_pass_every_message_once_and_in_order()
    {
        const long Messages = 300_000;
        using var ring = new SpscRing<RealSync>(64);
        var producer = new Thread(() => Produce(ring, Messages));
        producer.Start();
        var spin = default(SpinWait);
        for (long expected = 0; expected < Messages; expected++)
        {
            RingSlot* slot;
            while (!ring.TryPeek(out slot))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            ref Pair pair = ref slot->As<Pair>();
            Assert.Equal(expected, pair.Value);
            Assert.Equal(~expected, pair.Check);
            ring.Release();
        }

        producer.Join();
        Assert.False(ring.TryPeek(out _));
    }

    private static unsafe void Fill(SpscRing<PlainSync> ring, int count)
    {
        for (int number = 0; number < count; number++)
        {
            Assert.True(ring.TryClaim(out _));
            Assert.True(ring.Publish());
        }
    }

    private static unsafe void Drain(SpscRing<PlainSync> ring, int count)
    {
        for (int number = 0; number < count; number++)
        {
            Assert.True(ring.TryPeek(out _));
            Assert.True(ring.Release());
        }
    }

    private static unsafe void Produce(SpscRing<RealSync> ring, long messages)
    {
        var spin = default(SpinWait);
        for (long value = 0; value < messages; value++)
        {
            RingSlot* slot;
            while (!ring.TryClaim(out slot))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            slot->As<Pair>() = new Pair { Value = value, Check = ~value };
            ring.Publish();
        }
    }

    private static unsafe bool Step(SpscRing<PlainSync> ring, Queue<int> queue, byte command)
    {
        RingSlot* slot;
        if (command % 2 == 0)
        {
            bool claimed = ring.TryClaim(out slot);
            if (claimed)
            {
                slot->As<int>() = command;
                ring.Publish();
                queue.Enqueue(command);
            }

            return claimed ? queue.Count <= 4 : queue.Count == 4;
        }

        bool peeked = ring.TryPeek(out slot);
        int value = peeked ? slot->As<int>() : -1;
        ring.Release();
        return peeked ? queue.Dequeue() == value : queue.Count == 0;
    }

    private struct Pair
    {
        public long Value;
        public long Check;
    }

    private unsafe struct Eight
    {
        public fixed long Words[8];
    }
}
