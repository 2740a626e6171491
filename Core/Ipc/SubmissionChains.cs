// The chain of submissions of a queue, from both ends. User: writes elements into a chunk and goes on to the next one that the
// kernel has handed back. Kernel: reads them in order and hands a drained chunk back. Words and lengths are in user memory, so
// the kernel believes none of them: what does not fit breaks the queue. What a submission does is in Submissions.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Submission chunks of the queues of a world.</summary>
internal sealed class SubmissionChains(
    World world, IpcQueues owner, Slab<IpcQueue> queues, ChunkStores heads, Completions completions)
{
    /// <summary>User: writes an element to the submission chain and tells the kernel's notify word. No kernel entry.</summary>
    internal bool TryPush(Handle<IpcQueue> queue, Handle<Operation> operation)
    {
        world.Writes(ObjectKind.QueueOwner, queue.Index);
        ref IpcQueue state = ref queues[queue];
        var lengthBytes = (uint)world.Lanes.Operations[operation].SubmissionBytes;
        uint needed = IpcQueue.ElementHeaderBytes + lengthBytes;
        Verify.That(needed <= state.ChunkBytes, "a submission larger than a chunk");
        if (state.SubmitWritten.Bytes + needed > state.ChunkBytes)
        {
            uint next = state.ChunkHeads[state.SubmitChunk].Next;
            if ((next & QueueChunk.Present) == 0)
            {
                return false;
            }

            uint left = world.Has(Defect.ChunkProgressGoesBack) ? 0 : state.SubmitWritten.Bytes;
            heads.Publish(queue, state.SubmitChunk, left | QueueChunk.Done);
            state.SubmitChunk = (int)(next & QueueChunk.BytesMask);
            state.SubmitWritten = default;
        }

        owner.ElementAt(queue, state.SubmitChunk, state.SubmitWritten.Elements) =
            new QueueElement { LengthBytes = lengthBytes, Operation = operation };
        state.SubmitWritten.Pass(lengthBytes);
        heads.Publish(queue, state.SubmitChunk, state.SubmitWritten.Bytes);
        NotifyWord<PlainSync>.Raise(ref state.KernelNotifyWord, (long)KernelNotify.SubmissionProgress);
        return true;
    }

    /// <summary>Kernel: whether a submission waits.</summary>
    internal bool HasSubmission(Handle<IpcQueue> queue)
    {
        ref IpcQueue state = ref queues[queue];
        uint progress = state.ChunkHeads[state.KernelSubmitChunk].Progress;
        bool hasMore = (progress & QueueChunk.BytesMask) != state.KernelSubmitRead.Bytes || (progress & QueueChunk.Done) != 0;
        return hasMore && !state.IsBroken;
    }

    /// <summary>Kernel: takes the next submission off its chain.</summary>
    internal bool TryTake(Handle<IpcQueue> queue, out Handle<Operation> operation)
    {
        world.Writes(ObjectKind.QueueOwner, queue.Index);
        ref IpcQueue state = ref queues[queue];
        operation = default;
        while (!state.IsBroken)
        {
            ref QueueChunk chunk = ref state.ChunkHeads[state.KernelSubmitChunk];
            if (state.KernelSubmitRead.Bytes < (chunk.Progress & QueueChunk.BytesMask))
            {
                return TryRead(queue, out operation);
            }

            if ((chunk.Progress & QueueChunk.Done) == 0 || (chunk.Next & QueueChunk.Present) == 0)
            {
                return false;
            }

            HandBackChunk(queue);
        }

        return false;
    }

    /// <summary>Progress and length come from user memory: an element that would pass the end of its chunk is an
    /// error.</summary>
    private bool TryRead(Handle<IpcQueue> queue, out Handle<Operation> operation)
    {
        ref IpcQueue state = ref queues[queue];
        operation = default;
        uint end = state.KernelSubmitRead.Bytes + IpcQueue.ElementHeaderBytes;
        if (end > state.ChunkBytes)
        {
            completions.Break(queue);
            return false;
        }

        QueueElement element = owner.ElementAt(queue, state.KernelSubmitChunk, state.KernelSubmitRead.Elements);
        bool isSubmission = world.Lanes.Operations.IsLive(element.Operation)
            && world.Lanes.Operations[element.Operation].State == OperationState.Prepared;
        if (element.LengthBytes > state.ChunkBytes - end || !isSubmission)
        {
            completions.Break(queue);
            return false;
        }

        state.KernelSubmitRead.Pass(element.LengthBytes);
        operation = element.Operation;
        return true;
    }

    private void HandBackChunk(Handle<IpcQueue> queue)
    {
        ref IpcQueue state = ref queues[queue];
        int drained = state.KernelSubmitChunk;
        uint next = state.ChunkHeads[drained].Next & QueueChunk.BytesMask;
        if (next is < IpcQueue.CompletionChunks or >= IpcQueue.Chunks)
        {
            completions.Break(queue);
            return;
        }

        state.KernelSubmitChunk = (int)next;
        heads.Renew(queue, drained, state.KernelSubmitRead.Bytes);
        state.KernelSubmitRead = default;
        heads.Link(queue, state.KernelSubmitTail, drained);
        state.KernelSubmitTail = drained;
        completions.Notify(queue, UserNotify.SupplySubmission);
    }
}
