// The kernel's side of completions: where an element goes, what happens when its chunk is full or no chunk is left, and when the
// owner is woken. A completion that finds no room waits behind the queue until the owner hands a chunk back. Submissions have
// their own file.

namespace Managarm.Perf.Core;

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
    internal void Break(Handle<IpcQueue> handle)
    {
        queues[handle].IsBroken = true;
        Notify(handle, UserNotify.Error);
    }

    /// <summary>Kernel: posts a completion: into a chunk, or behind those that found no room.</summary>
    internal void Deliver(Handle<IpcQueue> handle, Handle<Operation> operation)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        if (queue.PendingHead != 0 || !TryWrite(handle, operation))
        {
            world.Writes(ObjectKind.QueueSupply, handle.Index);
            int number = (int)operation.Index + 1;
            world.Lanes.Operations[operation].NextPending = 0;
            if (queue.PendingTail == 0)
            {
                queue.PendingHead = number;
            }
            else
            {
                world.Lanes.Operations.At(queue.PendingTail - 1).NextPending = number;
            }

            queue.PendingTail = number;
        }

        Notify(handle, UserNotify.CompletionProgress);
    }

    /// <summary>Kernel: writes completions that found no room, as far as there is room now.</summary>
    internal void FlushPending(Handle<IpcQueue> handle)
    {
        world.Reads(ObjectKind.QueueSupply, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        bool wroteAny = false;
        while (queue.PendingHead != 0)
        {
            int index = queue.PendingHead - 1;
            if (!TryWrite(handle, world.Lanes.Operations.HandleAt(index)))
            {
                break;
            }

            wroteAny = true;
            world.Writes(ObjectKind.QueueSupply, handle.Index);
            queue.PendingHead = world.Lanes.Operations.At(index).NextPending;
            if (queue.PendingHead == 0)
            {
                queue.PendingTail = 0;
            }
        }

        if (wroteAny)
        {
            Notify(handle, UserNotify.CompletionProgress);
        }
    }

    /// <summary>Frees completions that found no room; their queue is destroyed.</summary>
    internal void DropPending(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        while (queue.PendingHead != 0)
        {
            int index = queue.PendingHead - 1;
            queue.PendingHead = world.Lanes.Operations.At(index).NextPending;
            world.Lanes.FreeOrphan(world.Lanes.Operations.HandleAt(index));
        }
    }

    /// <summary>Kernel: writes a completion. As in thor the test whether it fits leaves the element's header out, so that the
    /// progress of a chunk may exceed its size by up to 16 bytes, which chunks have room for.</summary>
    private bool TryWrite(Handle<IpcQueue> handle, Handle<Operation> operation)
    {
        ref IpcQueue queue = ref queues[handle];
        if (queue.IsBroken || !HasChunkToWrite(handle))
        {
            return false;
        }

        var lengthBytes = (uint)CompletionSize.Of(world.Lanes.Operations[operation], isBound: false);
        if (queue.KernelWritten.Bytes + lengthBytes > queue.ChunkBytes && !MoveToNextChunk(handle))
        {
            return false;
        }

        owner.ElementAt(handle, queue.KernelChunk, queue.KernelWritten.Elements) =
            new QueueElement { LengthBytes = lengthBytes, Operation = operation };
        world.Writes(ObjectKind.Completion, AccessLog.EventIndex(handle.Index, queue.Delivered++));
        queue.KernelWritten.Pass(lengthBytes);
        heads.Publish(handle, queue.KernelChunk, queue.KernelWritten.Bytes);
        return true;
    }

    private bool HasChunkToWrite(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        if (queue.HasKernelChunk)
        {
            return true;
        }

        world.Reads(ObjectKind.QueueSupply, handle.Index);
        return (queue.CompletionFirst & QueueChunk.Present) != 0 && TryEnterChunk(handle, queue.CompletionFirst);
    }

    private bool MoveToNextChunk(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        ref QueueChunk chunk = ref queue.ChunkHeads[queue.KernelChunk];
        world.Reads(ObjectKind.QueueSupply, handle.Index);
        if ((chunk.Next & QueueChunk.Present) == 0)
        {
            heads.Publish(handle, queue.KernelChunk, queue.KernelWritten.Bytes | QueueChunk.Full);
            return false;
        }

        heads.Publish(handle, queue.KernelChunk, queue.KernelWritten.Bytes | QueueChunk.Full | QueueChunk.Done);
        return TryEnterChunk(handle, chunk.Next);
    }

    private bool TryEnterChunk(Handle<IpcQueue> handle, uint word)
    {
        ref IpcQueue queue = ref queues[handle];
        uint index = word & QueueChunk.BytesMask;
        if (index >= (uint)queue.CompletionChunkCount)
        {
            Break(handle);
            return false;
        }

        queue.HasKernelChunk = true;
        queue.KernelChunk = (int)index;
        queue.KernelWritten = default;
        return true;
    }

    /// <summary>Kernel: sets a notify bit; the first time it is set the owner is woken.</summary>
    internal void Notify(Handle<IpcQueue> handle, UserNotify bit)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        if (!NotifyWord<PlainSync>.Raise(ref queue.UserNotifyWord, (long)bit))
        {
            return;
        }

        if (queue.Thread.IsNone)
        {
            world.Scheduler.Enable(queue.Party);
        }
        else if (queue.IsWaiting && (queue.UserNotify & ~queue.WaitMask) != 0)
        {
            queue.IsWaiting = false;
            world.Threads.Unblock(queue.Thread, HelError.None);
        }
    }
}
