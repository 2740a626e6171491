// hel's queues with tiny chunks (48 bytes: two clock completions of 24, one clock submission of 32): both chains wrap around, a
// chunk that is left is full and done, completions that find no room arrive in order after the user has handed a chunk back, the
// alert bit sticks, only a bit that is newly set wakes, cancels go by tag, and wrong words of the user break its own queue only.

using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Tests.Ipc;

public sealed class IpcQueuesTests : IDisposable
{
    private readonly TestWorld test = new();
    private readonly int party;
    private readonly Handle<KernelThread> thread;
    private readonly Handle<IpcQueue> queue;

    public IpcQueuesTests()
    {
        party = test.Add(() => new ModelTask<Unit>(default(Unit)));
        thread = test.World.Threads.Create(party, test.World.Universes.Create(), 0);
        test.World.Threads.Resume(thread);
        queue = Queues.Create(party, thread, chunkBytes: 48, completionChunks: 2);
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
        for (ulong i = 0; i < 2; i++)
        {
            Assert.True(Queues.TryPush(queue, ClockWait(i)));
        }

        Handle<Operation> third = ClockWait(2);
        Assert.False(Queues.TryPush(queue, third));
        Assert.Equal(32u | QueueChunk.Done, State.ChunkHeads[IpcQueue.CompletionChunks].Progress);
        Drive();
        Assert.True((State.UserNotify & UserNotify.SupplySubmission) != 0);
        Assert.True(Queues.TryPush(queue, third));
    }

    [Fact]
    public void A_chunk_that_the_kernel_leaves_is_full_and_done()
    {
        Complete(2);
        Assert.Equal(48u, State.ChunkHeads[0].Progress);
        Complete(1);
        Assert.Equal(48u | QueueChunk.Full | QueueChunk.Done, State.ChunkHeads[0].Progress);
        Assert.Equal(24u, State.ChunkHeads[1].Progress);
    }

    [Fact]
    public void Stalled_completions_arrive_in_order_once_a_chunk_is_handed_back()
    {
        Complete(7);
        Assert.NotEqual(0, State.PendingHead);
        Assert.Equal(48u | QueueChunk.Full, State.ChunkHeads[1].Progress);
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
        Assert.Equal((uint)0 | QueueChunk.Present, State.ChunkHeads[1].Next);
        Assert.True((State.KernelNotify & KernelNotify.SupplyCompletion) != 0);
        Assert.Equal(0u, State.ChunkHeads[0].Progress);
        Queues.BeginDrive(queue);
        Assert.Equal(KernelNotify.None, State.KernelNotify);
        Assert.Equal(24u, State.ChunkHeads[0].Progress & QueueChunk.BytesMask);
        Assert.Equal(0, State.PendingHead);
    }

    [Fact]
    public void A_blocked_owner_is_woken_once_per_newly_set_bit()
    {
        Queues.TryPush(queue, ClockWait(0));
        Queues.TryPush(queue, ClockWait(1));
        Drive();
        Block(UserNotify.SupplySubmission);
        test.World.Timers.ExpireNext();
        Assert.Equal(KernelThreadState.Running, test.World.Threads[thread].State);
        Assert.Equal(HelError.None, test.World.Threads[thread].WakeResult);
        Block(UserNotify.SupplySubmission);
        test.World.Timers.ExpireNext();
        Assert.Equal(KernelThreadState.Blocked, test.World.Threads[thread].State);
        Queues.Alert(queue);
        Assert.Equal(KernelThreadState.Running, test.World.Threads[thread].State);
    }

    [Fact]
    public void A_masked_bit_does_not_end_the_wait()
    {
        Block(UserNotify.CompletionProgress);
        Complete(1);
        Assert.Equal(KernelThreadState.Blocked, test.World.Threads[thread].State);
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
        Handle<IpcQueue> own = Queues.Create(party, default, 32, 2 + (commands.Length % 3));
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

    /// <summary>As in thor the test whether a completion fits leaves its header out.</summary>
    [Fact]
    public void A_completion_may_pass_the_end_of_a_chunk_by_its_header()
    {
        Handle<IpcQueue> own = Queues.Create(party, default, 56, 2);
        for (ulong i = 0; i < 3; i++)
        {
            CompleteOn(own, i);
        }

        Assert.Equal(72u, Queues[own].ChunkHeads[0].Progress);
        CompleteOn(own, 3);
        Assert.Equal(72u | QueueChunk.Full | QueueChunk.Done, Queues[own].ChunkHeads[0].Progress);
    }

    [Fact]
    public void A_queue_without_a_first_chunk_keeps_completions_until_one_is_supplied()
    {
        State.CompletionFirst = 0;
        Complete(2);
        Assert.False(TryTake(out _));
        State.CompletionFirst = QueueChunk.Present;
        Queues.BeginDrive(queue);
        Assert.True(TryTake(out ulong first) && TryTake(out ulong second) && first == 0 && second == 1);
    }

    [Fact]
    public void A_no_op_completes_at_once()
    {
        Handle<Operation> nop = test.World.Lanes.Prepare(OperationKind.Nop, queue, 77);
        Assert.True(Queues.TryPush(queue, nop));
        Drive();
        Assert.True(TryTake(out ulong context));
        Assert.Equal(77ul, context);
    }

    [Fact]
    public void A_completion_that_could_not_fit_is_refused()
    {
        Handle<Operation> exchange = test.World.Lanes.PrepareExchange(queue, default, default(Handle<Lane>), 0);
        Handle<IpcQueue> small = Queues.Create(party, default, 64, 2);
        test.World.Lanes.Operations[exchange].Queue = small;
        test.World.Lanes.AddItem(exchange, ItemKind.ReceiveInline);
        Queues.PushOrDrive(Queues.Create(party, default, 256, 2), exchange);
        Handle<IpcQueue> pushed = new(small.Index + 1, small.Generation);
        Drive(pushed);
        Assert.Equal(HelError.QueueTooSmall, test.World.Lanes.Operations[exchange].Error);
    }

    [Theory]
    [InlineData("completion chunk")]
    [InlineData("first chunk")]
    [InlineData("submission chunk")]
    [InlineData("progress")]
    [InlineData("length")]
    [InlineData("payload")]
    public void What_user_code_writes_wrong_breaks_its_queue_and_nothing_else(string what)
    {
        Handle<IpcQueue> neighbour = Queues.Create(party, default, 48, 2);
        Corrupt(what);
        for (int round = 0; round < 4; round++)
        {
            Queues.TryPush(queue, ClockWait((ulong)round));
            Drive();
            test.World.Timers.ExpireNext();
            CompleteOn(neighbour, (ulong)round);
        }

        Assert.True((State.UserNotify & UserNotify.Error) != 0);
        Assert.False(Queues.HasSubmission(queue));
        Assert.Equal(PanicCode.None, test.World.PanicCode);
        for (ulong expected = 0; expected < 4; expected++)
        {
            Assert.True(TryTakeFrom(neighbour, out ulong context));
            Assert.Equal(expected, context);
        }
    }

    [Fact]
    public void A_cancel_hits_every_operation_with_its_tag_once_and_no_other()
    {
        Handle<IpcQueue> own = Queues.Create(party, default, 256, 4);
        ulong shared = Queues.NextTag(own);
        ulong other = Queues.NextTag(own);
        foreach (ulong tag in new[] { shared, other, shared, 0ul })
        {
            Handle<Operation> wait = Prepare(own, tag + 10);
            test.World.Lanes.Operations[wait].Tag = tag;
            Queues.PushOrDrive(own, wait);
        }

        Drive(own);
        Queues.PushCancel(own, shared);
        Queues.PushCancel(own, shared);
        Queues.PushCancel(own, 0);
        Queues.PushCancel(own, other + 100);
        Drive(own);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(Queues.TryPop(own, out Handle<Operation> cancelled));
            Assert.Equal(HelError.Cancelled, test.World.Lanes.Operations[cancelled].Error);
            Assert.Equal(shared + 10, test.World.Lanes.Operations[cancelled].Context);
            test.World.Lanes.Free(cancelled);
        }

        Assert.False(Queues.TryPop(own, out _));
        Assert.Equal(2, test.World.Lanes.LiveOperations);
    }

    private void Corrupt(string what)
    {
        switch (what)
        {
            case "completion chunk":
                State.ChunkHeads[0].Next = 2 | QueueChunk.Present;
                break;
            case "first chunk":
                State.CompletionFirst = IpcQueue.CompletionChunks | QueueChunk.Present;
                break;
            case "submission chunk":
                State.ChunkHeads[IpcQueue.CompletionChunks].Next = 0 | QueueChunk.Present;
                break;
            case "progress":
                Queues.TryPush(queue, ClockWait(0));
                State.ChunkHeads[IpcQueue.CompletionChunks].Progress = 4000;
                Drive();
                break;
            case "length":
                Queues.TryPush(queue, ClockWait(0));
                Queues.ElementAt(queue, IpcQueue.CompletionChunks, 0).LengthBytes = uint.MaxValue;
                break;
            default:
                Queues.TryPush(queue, ClockWait(0));
                Queues.ElementAt(queue, IpcQueue.CompletionChunks, 0).Operation = new UntypedHandle(7, 7);
                break;
        }
    }

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
