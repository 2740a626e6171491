// The inbox: messages, alerts, who is told to sleep and to wake; memory that is handed in; no allocation; and real threads,
// one of which really sleeps.

using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Tests.Rings;

public sealed class InboxTests
{
    [Fact]
    public void Only_the_first_message_to_a_sleeper_wakes_it()
    {
        using var inbox = new Inbox<PlainSync>(4);
        Assert.False(Send(inbox, 1));
        Assert.Equal(1, Receive(inbox));
        Assert.True(inbox.TrySleep());
        Assert.True(Send(inbox, 2));
        Assert.False(Send(inbox, 3));
        Assert.Equal(2, Receive(inbox));
        Assert.False(inbox.TrySleep());
        Assert.Equal(3, Receive(inbox));
        Assert.True(inbox.TrySleep());
    }

    [Fact]
    public void An_alert_stays_until_it_is_taken()
    {
        using var inbox = new Inbox<PlainSync>(2);
        Assert.False(inbox.TakeAlert());
        Assert.True(inbox.TrySleep());
        Assert.True(inbox.Alert());
        Assert.False(inbox.Alert());
        Assert.False(inbox.TrySleep());
        Assert.False(inbox.TrySleep());
        Assert.True(inbox.TakeAlert());
        Assert.False(inbox.TakeAlert());
        Assert.True(inbox.TrySleep());
    }

    [Fact]
    public unsafe void A_full_inbox_and_misuse_are_answers()
    {
        using var inbox = new Inbox<PlainSync>(2);
        Assert.False(inbox.Publish(0, out bool wakes));
        Assert.False(wakes);
        Assert.False(inbox.Release());
        Send(inbox, 1);
        Send(inbox, 2);
        Assert.False(inbox.TryClaim(out RingSlot* none, out _));
        Assert.True(none == null);
        inbox.Dispose();
    }

    [Fact]
    public unsafe void An_inbox_works_in_memory_that_is_handed_in_and_allocates_nothing()
    {
        nuint bytes = Inbox<PlainSync>.BytesFor(2);
        byte* memory = stackalloc byte[(int)bytes + 128];
        using var inbox = new Inbox<PlainSync>((byte*)(((nuint)memory + 127) & ~(nuint)127), 2);
        long before = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            Send(inbox, pass);
            Receive(inbox);
            inbox.Alert();
            inbox.TakeAlert();
            inbox.TrySleep();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_owner_that_sleeps_gets_every_message_of_two_threads()
    {
        const int Messages = 20_000;
        using var inbox = new Inbox<RealSync>(8);
        using var permit = new SemaphoreSlim(0);
        Thread[] producers = [.. Enumerable.Range(0, 2).Select(id => new Thread(() => Produce(inbox, permit, id, Messages)))];
        Array.ForEach(producers, static producer => producer.Start());
        long[] next = [0, Messages];
        for (int left = 2 * Messages; left > 0;)
        {
            long message = Receive(inbox);
            if (message >= 0)
            {
                Assert.Equal(next[message / Messages]++, message);
                left--;
            }
            else if (inbox.TrySleep())
            {
                permit.Wait(TestContext.Current.CancellationToken);
            }
        }

        Array.ForEach(producers, static producer => producer.Join());
        Assert.Equal([Messages, 2 * Messages], next);
    }

    private static void Produce(Inbox<RealSync> inbox, SemaphoreSlim permit, int id, int messages)
    {
        var spin = default(SpinWait);
        for (int number = 0; number < messages; number++)
        {
            bool? wakes;
            while ((wakes = TrySend(inbox, (id * messages) + number)) is null)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            if (wakes == true)
            {
                permit.Release();
            }
        }
    }

    private static bool Send(Inbox<PlainSync> inbox, long message) => TrySend(inbox, message) == true;

    private static unsafe bool? TrySend<TSync>(Inbox<TSync> inbox, long message)
        where TSync : struct, ISync
    {
        if (!inbox.TryClaim(out RingSlot* slot, out long ticket))
        {
            return null;
        }

        slot->As<long>() = message;
        Assert.True(inbox.Publish(ticket, out bool wakes));
        return wakes;
    }

    private static unsafe long Receive<TSync>(Inbox<TSync> inbox)
        where TSync : struct, ISync
    {
        if (!inbox.TryPeek(out RingSlot* slot))
        {
            return -1;
        }

        long message = slot->As<long>();
        inbox.Release();
        return message;
    }
}
