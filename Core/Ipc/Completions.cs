// The kernel's side of completions: where an element goes, what happens when its chunk is full or no chunk is left, and when the
// owner is woken. A completion that finds no room waits behind the queue until the owner hands a chunk back. Submissions have
// their own file.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Writes completions into the queues of a world.</summary>
internal sealed class Completions
{
    private readonly World world;
    private readonly IpcQueues owner;
    private readonly Slab<IpcQueue> queues;
    private readonly ChunkStores heads;

    internal Completions(World world, IpcQueues owner, Slab<IpcQueue> queues, ChunkStores heads)
    {
        this.world = world;
        this.owner = owner;
        this.queues = queues;
        this.heads = heads;
    }

    /// <summary>Kernel: has found a word of the user wrong; sets the error bit and stops.</summary>
    internal void Break(Handle<IpcQueue> queue)
    {
        queues[queue].IsBroken = true;
        Notify(queue, UserNotify.Error);
    }

    /// <summary>Kernel: posts a completion: into a chunk, or behind those that found no room.</summary>
    internal void Deliver(Handle<IpcQueue> queue, Handle<Operation> operation)
    {
        world.Writes(ObjectKind.Queue, queue.Index);
        ref IpcQueue state = ref queues[queue];
        Verify.That(state.PendingHead == 0 == (state.PendingTail == 0), "a list of pending completions has one end");
        if (state.PendingHead != 0 || !TryWrite(queue, operation))
        {
            world.Writes(ObjectKind.QueueSupply, queue.Index);
            int number = (int)operation.Index + 1;
            world.Lanes.Operations[operation].NextPending = 0;
            if (state.PendingTail == 0)
            {
                state.PendingHead = number;
            }
            else
            {
                world.Lanes.Operations.At(state.PendingTail - 1).NextPending = number;
            }

            state.PendingTail = number;
        }

        Notify(queue, UserNotify.CompletionProgress);
    }

    /// <summary>Kernel: writes completions that found no room, as far as there is room now.</summary>
    internal void FlushPending(Handle<IpcQueue> queue)
    {
        world.Reads(ObjectKind.QueueSupply, queue.Index);
        ref IpcQueue state = ref queues[queue];
        bool wroteAny = false;
        while (state.PendingHead != 0)
        {
            int index = state.PendingHead - 1;
            if (!TryWrite(queue, world.Lanes.Operations.HandleAt(index)))
            {
                break;
            }

            wroteAny = true;
            world.Writes(ObjectKind.QueueSupply, queue.Index);
            state.PendingHead = world.Lanes.Operations.At(index).NextPending;
            if (state.PendingHead == 0)
            {
                state.PendingTail = 0;
            }
        }

        if (wroteAny)
        {
            Notify(queue, UserNotify.CompletionProgress);
        }
    }

    /// <summary>Frees completions that found no room; their queue is destroyed.</summary>
    internal void DropPending(Handle<IpcQueue> queue)
    {
        ref IpcQueue state = ref queues[queue];
        while (state.PendingHead != 0)
        {
            int index = state.PendingHead - 1;
            state.PendingHead = world.Lanes.Operations.At(index).NextPending;
            world.Lanes.FreeOrphan(world.Lanes.Operations.HandleAt(index));
        }
    }

    /// <summary>Kernel: writes a completion. As in thor the test whether it fits leaves the element's header out, so that the
    /// progress of a chunk may exceed its size by up to 16 bytes, which chunks have room for.</summary>
    private bool TryWrite(Handle<IpcQueue> queue, Handle<Operation> operation)
    {
        ref IpcQueue state = ref queues[queue];
        if (state.IsBroken || !HasChunkToWrite(queue))
        {
            return false;
        }

        var lengthBytes = (uint)CompletionSize.Of(world.Lanes.Operations[operation], isBound: false);
        if (state.KernelWritten.Bytes + lengthBytes > state.ChunkBytes && !MoveToNextChunk(queue))
        {
            return false;
        }

        owner.ElementAt(queue, state.KernelChunk, state.KernelWritten.Elements) =
            new QueueElement { LengthBytes = lengthBytes, Operation = operation };
        world.Writes(ObjectKind.Completion, AccessLog.EventIndex(queue.Index, state.Delivered++));
        state.KernelWritten.Pass(lengthBytes);
        Verify.That(
            state.KernelWritten.Bytes <= state.ChunkBytes + IpcQueue.ElementHeaderBytes,
            "a chunk holds more than it has room for");
        heads.Publish(queue, state.KernelChunk, state.KernelWritten.Bytes);
        return true;
    }

    private bool HasChunkToWrite(Handle<IpcQueue> queue)
    {
        ref IpcQueue state = ref queues[queue];
        if (state.HasKernelChunk)
        {
            return true;
        }

        world.Reads(ObjectKind.QueueSupply, queue.Index);
        return (state.CompletionFirst & QueueChunk.Present) != 0 && TryEnterChunk(queue, state.CompletionFirst);
    }

    private bool MoveToNextChunk(Handle<IpcQueue> queue)
    {
        ref IpcQueue state = ref queues[queue];
        ref QueueChunk chunk = ref state.ChunkHeads[state.KernelChunk];
        world.Reads(ObjectKind.QueueSupply, queue.Index);
        if ((chunk.Next & QueueChunk.Present) == 0)
        {
            heads.Publish(queue, state.KernelChunk, state.KernelWritten.Bytes | QueueChunk.Full);
            return false;
        }

        heads.Publish(queue, state.KernelChunk, state.KernelWritten.Bytes | QueueChunk.Full | QueueChunk.Done);
        return TryEnterChunk(queue, chunk.Next);
    }

    private bool TryEnterChunk(Handle<IpcQueue> queue, uint word)
    {
        ref IpcQueue state = ref queues[queue];
        uint index = word & QueueChunk.BytesMask;
        if (index >= (uint)state.CompletionChunkCount)
        {
            Break(queue);
            return false;
        }

        state.HasKernelChunk = true;
        state.KernelChunk = (int)index;
        state.KernelWritten = default;
        return true;
    }

    /// <summary>Kernel: sets a notify bit; the first time it is set the owner is woken.</summary>
    internal void Notify(Handle<IpcQueue> queue, UserNotify bit)
    {
        world.Writes(ObjectKind.Queue, queue.Index);
        ref IpcQueue state = ref queues[queue];
        if (!NotifyWord<PlainSync>.Raise(ref state.UserNotifyWord, (long)bit))
        {
            return;
        }

        if (state.Thread.IsNone)
        {
            world.Scheduler.Enable(state.Party);
        }
        else if (state.IsWaiting && (state.UserNotify & ~state.WaitMask) != 0)
        {
            state.IsWaiting = false;
            world.Threads.Unblock(state.Thread, HelError.None);
        }
    }
}
