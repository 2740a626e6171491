// The notify word: which raise owes a wake, what a clear takes, equality with a set of bits, and two real threads that hand
// over by it.

using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Tests.Sync;

public sealed class NotifyWordTests
{
    [Theory]
    [InlineData(0b000, 0b001, true)]
    [InlineData(0b001, 0b001, false)]
    [InlineData(0b001, 0b011, true)]
    [InlineData(0b110, 0b001, true)]
    [InlineData(0b111, 0b101, false)]
    [InlineData(0b000, 0b000, false)]
    public void A_wake_is_due_when_a_bit_is_newly_set(long word, long bits, bool isDue)
    {
        long before = word;
        Assert.Equal(isDue, NotifyWord<PlainSync>.Raise(ref word, bits));
        Assert.Equal(before | bits, word);
    }

    [Fact]
    public void Clearing_takes_the_named_bits_and_leaves_the_others()
    {
        long word = 0b1110;
        Assert.Equal(0b0110, NotifyWord<PlainSync>.Clear(ref word, 0b0111));
        Assert.Equal(0b1000, NotifyWord<PlainSync>.Load(ref word));
        Assert.Equal(0, NotifyWord<PlainSync>.Clear(ref word, 0b0111));
        Assert.Equal(0b1000, word);
    }

    [Fact]
    public void Plain_and_real_accesses_agree() => Checked.ForAll<(byte, byte)[]>(300, commands =>
    {
        long plain = 0;
        long real = 0;
        return commands.All(command =>
        {
            long bits = command.Item2;
            return command.Item1 % 2 == 0
                ? NotifyWord<PlainSync>.Raise(ref plain, bits) == NotifyWord<RealSync>.Raise(ref real, bits) && plain == real
                : NotifyWord<PlainSync>.Clear(ref plain, bits) == NotifyWord<RealSync>.Clear(ref real, bits) && plain == real;
        });
    });

    [Fact]
    public void Every_bit_that_two_threads_raise_is_taken_once()
    {
        const int Rounds = 20_000;
        long word = 0;
        int[] raised = new int[2];
        var threads = new Thread[2];
        for (int number = 0; number < threads.Length; number++)
        {
            int own = number;
            threads[own] = new Thread(() =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    raised[own] += NotifyWord<RealSync>.Raise(ref word, 1L << own) ? 1 : 0;
                }
            });
        }

        int[] taken = new int[2];
        Array.ForEach(threads, static thread => thread.Start());
        while (Array.Exists(threads, static thread => thread.IsAlive))
        {
            Take(ref word, taken);
        }

        Take(ref word, taken);
        Assert.Equal(raised, taken);
    }

    private static void Take(ref long word, int[] taken)
    {
        long bits = NotifyWord<RealSync>.Clear(ref word, 0b11);
        taken[0] += (int)(bits & 1);
        taken[1] += (int)(bits >> 1);
        Thread.Yield();
    }
}
