// hel's queues with tiny chunks: both chains wrap around, a chunk that is left is full and done, completions that find no room
// arrive in order after the user has handed a chunk back, the alert bit sticks, and only a bit that is newly set wakes.

namespace Managarm.Perf.Core.Tests;

public sealed class IpcQueuesTests : IDisposable
{
    private readonly TestWorld test = new();
    private readonly int party;
    private readonly Handle<KernelThread> thread;
    private readonly Handle<IpcQueue> queue;

    public IpcQueuesTests()
    {
        party = test.Add(() => new KernelTask<Unit>(default(Unit)));
        thread = test.World.Threads.Create(party, test.World.Threads.CreateUniverse(), 0);
        test.World.Threads.Resume(thread);
        queue = Queues.Create(party, thread, chunkElements: 2, completionChunks: 2);
        test.World.Threads[thread].Queue = queue;
    }

    private IpcQueues Queues => test.World.Queues;

    private ref IpcQueue State => ref Queues[queue];

    public void Dispose() => test.Dispose();

    [Fact]
    public void Submissions_wrap_around_two_chunks_and_keep_their_order()
    {
        ulong next = 0;
        for (ulong pushed = 0; pushed < 50;)
        {
            while (Queues.TryPush(queue, ClockWait(pushed)))
            {
                pushed++;
            }

            Assert.True((State.KernelNotify & KernelNotify.SubmissionProgress) != 0);
            Drive();
            Assert.False(Queues.HasSubmission(queue));
            while (test.World.Timers.ExpireNext() && TryTake(out ulong context))
            {
                Assert.Equal(next++, context);
            }
        }
    }

    [Fact]
    public void A_full_submission_chain_refuses_until_it_is_driven()
    {
        for (ulong i = 0; i < 4; i++)
        {
            Assert.True(Queues.TryPush(queue, ClockWait(i)));
        }

        Handle<Operation> fifth = ClockWait(4);
        Assert.False(Queues.TryPush(queue, fifth));
        Assert.Equal(2u | QueueChunk.Done, State.Chunks[IpcQueue.CompletionChunks].Progress);
        Drive();
        Assert.True((State.UserNotify & UserNotify.SupplySubmission) != 0);
        Assert.True(Queues.TryPush(queue, fifth));
    }

    [Fact]
    public void A_chunk_that_the_kernel_leaves_is_full_and_done()
    {
        Complete(2);
        Assert.Equal(2u, State.Chunks[0].Progress);
        Complete(1);
        Assert.Equal(2u | QueueChunk.Full | QueueChunk.Done, State.Chunks[0].Progress);
        Assert.Equal(1u, State.Chunks[1].Progress);
    }

    [Fact]
    public void Stalled_completions_arrive_in_order_once_a_chunk_is_handed_back()
    {
        Complete(7);
        Assert.NotEqual(0, State.PendingHead);
        Assert.Equal(2u | QueueChunk.Full, State.Chunks[1].Progress);
        for (ulong expected = 0; expected < 7; expected++)
        {
            Assert.True(TryTake(out ulong context));
            Assert.Equal(expected, context);
        }

        Assert.False(TryTake(out _));
        Assert.Equal(0, State.PendingHead | State.PendingTail);
    }

    [Fact]
    public void Retiring_a_chunk_asks_for_a_drive_only_when_the_kernel_was_not_told_yet()
    {
        Complete(5);
        Queues.TakeElement(queue);
        Queues.TakeElement(queue);
        Assert.True(Queues.RetireChunk(queue));
        Assert.Equal((uint)0 | QueueChunk.Present, State.Chunks[1].Next);
        Assert.True((State.KernelNotify & KernelNotify.SupplyCompletion) != 0);
        Assert.Equal(0u, State.Chunks[0].Progress);
        Queues.BeginDrive(queue);
        Assert.Equal(KernelNotify.None, State.KernelNotify);
        Assert.Equal(1u, State.Chunks[0].Progress & QueueChunk.CountMask);
        Assert.Equal(0, State.PendingHead);
    }

    [Fact]
    public void A_blocked_owner_is_woken_once_per_newly_set_bit()
    {
        Block(UserNotify.SupplySubmission);
        Complete(1);
        Assert.Equal(ThreadState.Running, test.World.Threads[thread].State);
        Assert.Equal(HelError.None, test.World.Threads[thread].WakeResult);
        Block(UserNotify.SupplySubmission);
        Complete(1);
        Assert.Equal(ThreadState.Blocked, test.World.Threads[thread].State);
        Queues.Alert(queue);
        Assert.Equal(ThreadState.Running, test.World.Threads[thread].State);
    }

    [Fact]
    public void A_masked_bit_does_not_end_the_wait()
    {
        Block(UserNotify.CompletionProgress);
        Complete(1);
        Assert.Equal(ThreadState.Blocked, test.World.Threads[thread].State);
        Assert.True((State.UserNotify & UserNotify.CompletionProgress) != 0);
    }

    [Fact]
    public void An_alert_sticks_until_the_user_clears_it()
    {
        Queues.Alert(queue);
        Complete(1);
        Assert.True(TryTake(out _));
        Assert.False(TryTake(out _));
        Assert.Equal(UserNotify.Alert, State.UserNotify & UserNotify.Alert);
    }

    [Fact]
    public void Destroying_a_queue_frees_what_is_in_it_and_behind_it()
    {
        Complete(7);
        Queues.TryPush(queue, ClockWait(9));
        Queues.Destroy(queue);
        Assert.False(Queues.IsLive(queue));
        Assert.Equal(0, test.World.Lanes.LiveOperations);
    }

    [Fact]
    public void Any_mix_of_completions_and_takes_keeps_order_and_loses_nothing() => Checked.ForAll<byte[]>(300, commands =>
    {
        test.Rewind();
        Handle<IpcQueue> own = Queues.Create(party, default, 1, 2 + (commands.Length % 3));
        ulong posted = 0;
        ulong taken = 0;
        bool isOrdered = true;
        foreach (byte command in commands.Take(60))
        {
            if (command % 2 == 0 && posted < 60)
            {
                CompleteOn(own, posted++);
            }
            else if (TryTakeFrom(own, out ulong context))
            {
                isOrdered &= context == taken++;
            }
        }

        while (TryTakeFrom(own, out ulong context))
        {
            isOrdered &= context == taken++;
        }

        return isOrdered && taken == posted;
    });

    private void Block(UserNotify mask)
    {
        State.IsWaiting = true;
        State.WaitMask = mask;
        test.World.Threads.Block(thread);
    }

    private Handle<Operation> ClockWait(ulong context) => Prepare(queue, context);

    private Handle<Operation> Prepare(Handle<IpcQueue> target, ulong context)
    {
        Handle<Operation> operation = test.World.Lanes.Prepare(OperationKind.AwaitClock, target, context);
        test.World.Lanes.Operations[operation].DeadlineTicks = (long)context;
        return operation;
    }

    private void Drive() => Drive(queue);

    private void Drive(Handle<IpcQueue> target)
    {
        Queues.BeginDrive(target);
        while (Queues.ProcessSubmission(target))
        {
        }
    }

    private void Complete(int count)
    {
        for (int i = 0; i < count; i++)
        {
            CompleteOn(queue, (ulong)i);
        }
    }

    private void CompleteOn(Handle<IpcQueue> target, ulong context)
    {
        Assert.True(Queues.TryPush(target, Prepare(target, context)));
        while (Queues.ProcessSubmission(target))
        {
        }

        Assert.True(test.World.Timers.ExpireNext());
    }

    private bool TryTake(out ulong context) => TryTakeFrom(queue, out context);

    private bool TryTakeFrom(Handle<IpcQueue> target, out ulong context)
    {
        context = 0;
        if (!Queues.TryPop(target, out Handle<Operation> operation))
        {
            return false;
        }

        context = test.World.Lanes.Operations[operation].Context;
        test.World.Lanes.Free(operation);
        return true;
    }
}
