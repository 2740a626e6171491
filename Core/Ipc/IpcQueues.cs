// The two sides of hel's queues. Kernel: takes submissions in order when the queue is driven, posts completions into chunks
// and, when there is no room, keeps them until the user hands a chunk back. User: pushes submissions (lazily, no kernel
// entry), pops completions. The word-by-word loop with points that mlibc runs is in the userland; servers pop atomically.

namespace Managarm.Perf.Core;

/// <summary>IPC queues of a world.</summary>
public sealed class IpcQueues
{
    private readonly World world;
    private readonly Slab<IpcQueue> queues;

    internal IpcQueues(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        queues = new Slab<IpcQueue>(arena, options.ThreadCapacity + 8, ObjectKind.Queue);
    }

    /// <summary>A queue.</summary>
    /// <param name="handle">A live queue.</param>
    public ref IpcQueue this[Handle<IpcQueue> handle] => ref queues[handle];

    /// <summary>Whether a queue exists.</summary>
    /// <param name="handle">Any handle.</param>
    /// <returns>True while it lives.</returns>
    public bool IsLive(Handle<IpcQueue> handle) => queues.IsLive(handle);

    /// <summary>Creates a queue (helCreateQueue); all chunks but the current ones are supplied.</summary>
    /// <param name="party">Party of the owner.</param>
    /// <param name="thread">Thread that blocks in drives, or none for a server.</param>
    /// <param name="chunkElements">Elements per chunk.</param>
    /// <param name="completionChunks">Completion chunks, 2 to <see cref="IpcQueue.CompletionChunks"/>.</param>
    /// <returns>The queue.</returns>
    public Handle<IpcQueue> Create(int party, Handle<KernelThread> thread, int chunkElements, int completionChunks)
    {
        Verify.That(chunkElements is >= 1 and <= IpcQueue.MaxChunkElements, "chunk size out of range");
        Verify.That(completionChunks is >= 2 and <= IpcQueue.CompletionChunks, "chunk count out of range");
        Handle<IpcQueue> handle = queues.Allocate();
        Verify.That(!handle.IsNone, "out of queues");
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        queue.Party = party;
        queue.Thread = thread;
        queue.ChunkElements = chunkElements;
        queue.CompletionChunkCount = completionChunks;
        for (int i = 0; i + 1 < completionChunks; i++)
        {
            queue.Chunks[i].Next = (uint)(i + 1) | QueueChunk.Present;
        }

        queue.UserTailChunk = completionChunks - 1;
        queue.SubmitChunk = IpcQueue.CompletionChunks;
        queue.KernelSubmitChunk = IpcQueue.CompletionChunks;
        queue.Chunks[IpcQueue.CompletionChunks].Next = (IpcQueue.CompletionChunks + 1) | QueueChunk.Present;
        queue.KernelSubmitTail = IpcQueue.CompletionChunks + 1;
        return handle;
    }

    /// <summary>Destroys a queue: completions in it and behind it are freed, later ones go nowhere.</summary>
    /// <param name="handle">A live queue.</param>
    public void Destroy(Handle<IpcQueue> handle)
    {
        while (TryPop(handle, out Handle<Operation> operation))
        {
            world.Lanes.FreeOrphan(operation);
        }

        while (TakeSubmission(handle, out Handle<Operation> operation))
        {
            world.Lanes.FreeOrphan(operation);
        }

        queues.Free(handle);
    }

    /// <summary>User: writes an element to the submission chain and tells the kernel's notify word. No kernel entry.</summary>
    /// <param name="handle">The queue.</param>
    /// <param name="operation">A prepared operation.</param>
    /// <returns>False when both chunks are full: drive the queue and try again.</returns>
    public bool TryPush(Handle<IpcQueue> handle, Handle<Operation> operation)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        if (queue.SubmitProgress == queue.ChunkElements)
        {
            uint next = queue.Chunks[queue.SubmitChunk].Next;
            if ((next & QueueChunk.Present) == 0)
            {
                return false;
            }

            queue.Chunks[queue.SubmitChunk].Progress = queue.SubmitProgress | QueueChunk.Done;
            queue.KernelNotify |= KernelNotify.SubmissionProgress;
            queue.SubmitChunk = (int)(next & QueueChunk.CountMask);
            queue.SubmitProgress = 0;
        }

        ref QueueChunk chunk = ref queue.Chunks[queue.SubmitChunk];
        chunk.Elements[(int)queue.SubmitProgress++] = operation;
        chunk.Progress = queue.SubmitProgress;
        queue.KernelNotify |= KernelNotify.SubmissionProgress;
        return true;
    }

    /// <summary>Kernel: whether a submission waits.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>True when <see cref="ProcessSubmission"/> has work.</returns>
    public bool HasSubmission(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        uint progress = queue.Chunks[queue.KernelSubmitChunk].Progress;
        return (progress & QueueChunk.CountMask) != queue.KernelSubmitProgress || (progress & QueueChunk.Done) != 0;
    }

    /// <summary>Kernel: takes the next submission and performs it.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>Whether there was one.</returns>
    public bool ProcessSubmission(Handle<IpcQueue> handle)
    {
        if (!TakeSubmission(handle, out Handle<Operation> operation))
        {
            return false;
        }

        Perform(operation);
        return true;
    }

    /// <summary>Kernel: what every drive does first, accepting chunks that were handed back.</summary>
    /// <param name="handle">The queue.</param>
    public void BeginDrive(Handle<IpcQueue> handle)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        queue.KernelNotify = KernelNotify.None;
        FlushPending(handle);
    }

    /// <summary>Kernel: completes an operation: one element, one notify bit, one wake per clear-to-set of the bit.</summary>
    /// <param name="operation">An operation all of whose parts are done.</param>
    internal void Post(Handle<Operation> operation)
    {
        ref Operation completed = ref world.Lanes.Operations[operation];
        Verify.That(completed.State != OperationState.Completed, "the kernel completed an operation twice");
        completed.State = OperationState.Completed;
        if (!queues.IsLive(completed.Queue))
        {
            world.Lanes.FreeOrphan(operation);
            return;
        }

        world.Counters.Completions++;
        Deliver(completed.Queue, operation);
        if (world.Has(Defect.CompletionPostedTwice) && completed.Kind == OperationKind.Exchange
            && !queues[completed.Queue].Thread.IsNone && completed.Context != 0)
        {
            Deliver(completed.Queue, operation);
        }
    }

    /// <summary>Kernel: posts an element again; only a planted defect does that.</summary>
    /// <param name="operation">A completed operation; gone when its queue is dead.</param>
    internal void PostAgain(Handle<Operation> operation)
    {
        if (world.Lanes.Operations.IsLive(operation))
        {
            Deliver(world.Lanes.Operations[operation].Queue, operation);
        }
    }

    /// <summary>Sets the alert bit and wakes the owner if it is newly set (helAlertQueue).</summary>
    /// <param name="handle">A live queue.</param>
    public void Alert(Handle<IpcQueue> handle) => Notify(handle, UserNotify.Alert);

    /// <summary>Whether the current chunk announces a completion that the user has not taken.</summary>
    /// <param name="handle">Any handle.</param>
    /// <returns>True when there is one.</returns>
    public bool HasUnread(Handle<IpcQueue> handle)
    {
        if (!queues.IsLive(handle))
        {
            return false;
        }

        ref IpcQueue queue = ref queues[handle];
        return (queue.Chunks[queue.UserChunk].Progress & QueueChunk.CountMask) != queue.UserProgress;
    }

    /// <summary>Whether there is something for <see cref="TryPop"/>: a completion, or a drained chunk to hand back.</summary>
    /// <param name="handle">A live queue.</param>
    /// <returns>True when popping changes something.</returns>
    public bool HasProgress(Handle<IpcQueue> handle) =>
        HasUnread(handle) || (queues[handle].Chunks[queues[handle].UserChunk].Progress & QueueChunk.Done) != 0;

    /// <summary>User: takes the next completion in one step; for servers.</summary>
    /// <param name="handle">The queue.</param>
    /// <param name="operation">The completed operation.</param>
    /// <returns>False when there is none.</returns>
    public bool TryPop(Handle<IpcQueue> handle, out Handle<Operation> operation)
    {
        ref IpcQueue queue = ref queues[handle];
        while (true)
        {
            uint progress = queue.Chunks[queue.UserChunk].Progress;
            if ((progress & QueueChunk.CountMask) != queue.UserProgress)
            {
                operation = TakeElement(handle);
                queue.UserNotify &= ~UserNotify.CompletionProgress;
                return true;
            }

            if ((progress & QueueChunk.Done) == 0)
            {
                operation = default;
                return false;
            }

            RetireChunk(handle);
            FlushPending(handle);
        }
    }

    /// <summary>User: remembers notify bits that were seen and not looked into yet.</summary>
    /// <param name="handle">The queue.</param>
    /// <param name="pending">The bits.</param>
    public void SavePending(Handle<IpcQueue> handle, UserNotify pending)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        queues[handle].UserPending = pending;
    }

    /// <summary>User: takes the element that the progress word has announced.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>The completed operation.</returns>
    public Handle<Operation> TakeElement(Handle<IpcQueue> handle)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        return queue.Chunks[queue.UserChunk].Elements[(int)queue.UserProgress++];
    }

    /// <summary>User: leaves a drained chunk, resets it and hands it back at the end of the chain.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>Whether the kernel must be told by a drive, since its notify bit was clear.</returns>
    public bool RetireChunk(Handle<IpcQueue> handle)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        int retired = queue.UserChunk;
        uint next = queue.Chunks[retired].Next;
        Verify.That((next & QueueChunk.Present) != 0, "a chunk is done but has no successor");
        queue.UserChunk = (int)(next & QueueChunk.CountMask);
        queue.UserProgress = 0;
        queue.Chunks[retired].Next = 0;
        queue.Chunks[retired].Progress = 0;
        queue.Chunks[queue.UserTailChunk].Next = (uint)retired | QueueChunk.Present;
        queue.UserTailChunk = retired;
        bool wasClear = (queue.KernelNotify & KernelNotify.SupplyCompletion) == 0;
        queue.KernelNotify |= KernelNotify.SupplyCompletion;
        return wasClear;
    }

    /// <summary>Pushes a cancel of an operation that was submitted to the same queue (hel opcode 256).</summary>
    /// <param name="target">The operation to cancel; may be done already.</param>
    public void PushCancel(Handle<Operation> target)
    {
        if (!world.Lanes.Operations.IsLive(target))
        {
            return;
        }

        Handle<IpcQueue> queue = world.Lanes.Operations[target].Queue;
        Handle<Operation> cancel = world.Lanes.Prepare(OperationKind.Cancel, queue, 0);
        world.Lanes.Operations[cancel].Target = target;
        PushOrDrive(queue, cancel);
    }

    /// <summary>Pushes a submission; when both chunks are full, drives the queue first, as helix does.</summary>
    /// <param name="handle">Queue of a server.</param>
    /// <param name="operation">A prepared operation.</param>
    public void PushOrDrive(Handle<IpcQueue> handle, Handle<Operation> operation)
    {
        if (!TryPush(handle, operation))
        {
            world.Counters.ServerEntries++;
            BeginDrive(handle);
            while (ProcessSubmission(handle))
            {
            }

            Verify.That(TryPush(handle, operation), "no room in a submission chain that was just drained");
        }

        world.Scheduler.Enable(queues[handle].Party);
    }

    private bool TakeSubmission(Handle<IpcQueue> handle, out Handle<Operation> operation)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        while (true)
        {
            ref QueueChunk chunk = ref queue.Chunks[queue.KernelSubmitChunk];
            if ((chunk.Progress & QueueChunk.CountMask) != queue.KernelSubmitProgress)
            {
                operation = chunk.Elements[(int)queue.KernelSubmitProgress++];
                return true;
            }

            if ((chunk.Progress & QueueChunk.Done) == 0)
            {
                operation = default;
                return false;
            }

            HandBackSubmissionChunk(handle);
        }
    }

    private void HandBackSubmissionChunk(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        int drained = queue.KernelSubmitChunk;
        queue.KernelSubmitChunk = (int)(queue.Chunks[drained].Next & QueueChunk.CountMask);
        queue.KernelSubmitProgress = 0;
        queue.Chunks[drained].Next = 0;
        queue.Chunks[drained].Progress = 0;
        queue.Chunks[queue.KernelSubmitTail].Next = (uint)drained | QueueChunk.Present;
        queue.KernelSubmitTail = drained;
        Notify(handle, UserNotify.SupplySubmission);
    }

    private void Perform(Handle<Operation> handle)
    {
        ref Operation operation = ref world.Lanes.Operations[handle];
        operation.State = OperationState.Submitted;
        switch (operation.Kind)
        {
            case OperationKind.Exchange:
                world.Lanes.Resolve(handle);
                world.Lanes.Submit(handle);
                break;
            case OperationKind.AwaitClock:
                world.Timers.Arm(handle, operation.DeadlineTicks);
                break;
            case OperationKind.Observe:
                world.Threads.SubmitObserve(handle);
                break;
            case OperationKind.Cancel:
                world.Timers.Cancel(operation.Target);
                world.Lanes.Free(handle);
                break;
            default:
                Verify.Fail("submission of an unknown kind");
                break;
        }
    }

    private void Deliver(Handle<IpcQueue> handle, Handle<Operation> operation)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        if (queue.PendingHead != 0 || !TryWrite(ref queue, operation))
        {
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

    private void FlushPending(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        bool wroteAny = false;
        while (queue.PendingHead != 0)
        {
            int index = queue.PendingHead - 1;
            if (!TryWrite(ref queue, world.Lanes.Operations.HandleAt(index)))
            {
                break;
            }

            wroteAny = true;
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

    private static bool TryWrite(ref IpcQueue queue, Handle<Operation> operation)
    {
        uint count = queue.Chunks[queue.KernelChunk].Progress & QueueChunk.CountMask;
        if (count == queue.ChunkElements)
        {
            uint next = queue.Chunks[queue.KernelChunk].Next;
            if ((next & QueueChunk.Present) == 0)
            {
                queue.Chunks[queue.KernelChunk].Progress = count | QueueChunk.Full;
                return false;
            }

            queue.Chunks[queue.KernelChunk].Progress = count | QueueChunk.Full | QueueChunk.Done;
            queue.KernelChunk = (int)(next & QueueChunk.CountMask);
            count = 0;
        }

        ref QueueChunk chunk = ref queue.Chunks[queue.KernelChunk];
        chunk.Elements[(int)count] = operation;
        chunk.Progress = count + 1;
        return true;
    }

    private void Notify(Handle<IpcQueue> handle, UserNotify bit)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        if ((queue.UserNotify & bit) != 0)
        {
            return;
        }

        queue.UserNotify |= bit;
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
