// The two sides of hel's queues. Kernel: takes submissions in order when the queue is driven, posts completions into chunks
// and, when there is no room, keeps them until the user hands a chunk back. User: pushes submissions (lazily, no kernel
// entry), pops completions. The word-by-word loop with points that mlibc runs is in the userland; servers pop atomically.
// What a submission does is in Submissions, where a completion goes in Completions, what a cancel by tag finds in
// CancellationTags.

namespace Managarm.Perf.Core;

/// <summary>IPC queues of a world.</summary>
public sealed unsafe class IpcQueues
{
    private readonly World world;
    private readonly Slab<IpcQueue> queues;
    private readonly QueueElement* elements;
    private readonly int elementsPerChunk;
    private readonly CancellationTags tags;
    private readonly Submissions submissions;
    private readonly ChunkStores heads;
    private readonly Completions completions;

    internal IpcQueues(World world, Arena arena, WorldOptions options)
    {
        const int leastElementBytes = IpcQueue.ElementHeaderBytes;
        int capacity = options.QueueCapacity;
        this.world = world;
        queues = new Slab<IpcQueue>(arena, capacity, ObjectKind.Queue);
        heads = new ChunkStores(queues);
        completions = new Completions(world, this, queues, heads);
        tags = new CancellationTags(world, queues);
        submissions = new Submissions(world, queues, tags);
        elementsPerChunk = (Math.Max(options.QueueChunkBytes, options.ServerQueueChunkBytes) / leastElementBytes) + 1;
        elements = arena.ReserveCold<QueueElement>(capacity * IpcQueue.Chunks * elementsPerChunk);
    }

    /// <summary>Told of every store to a chunk's head; may be null.</summary>
    public IQueueWatch? Watch
    {
        get => heads.Watch;
        set => heads.Watch = value;
    }

    /// <summary>A queue.</summary>
    /// <param name="handle">A live queue.</param>
    public ref IpcQueue this[Handle<IpcQueue> handle] => ref queues[handle];

    /// <summary>Whether a queue exists.</summary>
    /// <param name="handle">Any handle.</param>
    /// <returns>True while it lives.</returns>
    public bool IsLive(Handle<IpcQueue> handle) => queues.IsLive(handle);

    /// <summary>Creates a queue (helCreateQueue) as its user sets it up: all chunks are supplied.</summary>
    /// <param name="party">Party of the owner.</param>
    /// <param name="thread">Thread that blocks in drives, or none for a server.</param>
    /// <param name="chunkBytes">Bytes per chunk; a multiple of 8, at most the larger of the world's two sizes.</param>
    /// <param name="completionChunks">Completion chunks, 2 to <see cref="IpcQueue.CompletionChunks"/>.</param>
    /// <returns>The queue.</returns>
    public Handle<IpcQueue> Create(int party, Handle<KernelThread> thread, int chunkBytes, int completionChunks)
    {
        bool isSizeKnown = chunkBytes % 8 == 0 && chunkBytes / IpcQueue.ElementHeaderBytes < elementsPerChunk;
        Verify.That(isSizeKnown, "chunk size out of range");
        Verify.That(completionChunks is >= 2 and <= IpcQueue.CompletionChunks, "chunk count out of range");
        Handle<IpcQueue> handle = queues.Allocate();
        Verify.That(!handle.IsNone, "out of queues");
        world.Writes(ObjectKind.Queue, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        queue.Party = party;
        queue.Thread = thread;
        queue.ChunkBytes = chunkBytes;
        queue.CompletionChunkCount = completionChunks;
        for (int i = 0; i + 1 < completionChunks; i++)
        {
            queue.ChunkHeads[i].Next = (uint)(i + 1) | QueueChunk.Present;
        }

        queue.CompletionFirst = QueueChunk.Present;
        queue.UserTailChunk = completionChunks - 1;
        queue.SubmissionFirst = IpcQueue.CompletionChunks | QueueChunk.Present;
        queue.SubmitChunk = IpcQueue.CompletionChunks;
        queue.KernelSubmitChunk = IpcQueue.CompletionChunks;
        queue.ChunkHeads[IpcQueue.CompletionChunks].Next = (IpcQueue.CompletionChunks + 1) | QueueChunk.Present;
        queue.KernelSubmitTail = IpcQueue.CompletionChunks + 1;
        return handle;
    }

    /// <summary>Destroys a queue: completions in it and behind it are freed, later ones go nowhere.</summary>
    /// <param name="handle">A live queue.</param>
    public void Destroy(Handle<IpcQueue> handle)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        world.Writes(ObjectKind.QueueOwner, handle.Index);
        world.Writes(ObjectKind.QueueSupply, handle.Index);
        while (TryPopUndeclared(handle, out Handle<Operation> operation))
        {
            world.Lanes.FreeOrphan(operation);
        }

        completions.DropPending(handle);
        while (TryTakeSubmission(handle, out Handle<Operation> operation))
        {
            world.Lanes.FreeOrphan(operation);
        }

        queues.Free(handle);
    }

    /// <summary>An element of a chunk, as either side finds it in memory.</summary>
    /// <param name="handle">A live queue.</param>
    /// <param name="chunk">Chunk.</param>
    /// <param name="number">Number of the element in its chunk.</param>
    /// <returns>The element.</returns>
    public ref QueueElement ElementAt(Handle<IpcQueue> handle, int chunk, int number)
    {
        Verify.That((uint)chunk < IpcQueue.Chunks && (uint)number < (uint)elementsPerChunk, "no such element");
        return ref elements[(((int)handle.Index * IpcQueue.Chunks) + chunk) * elementsPerChunk + number];
    }

    /// <summary>User: a cancellation tag that this queue has not used before.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>A tag, never 0.</returns>
    public ulong NextTag(Handle<IpcQueue> handle) => ++queues[handle].LastTag;

    /// <summary>User: writes an element to the submission chain and tells the kernel's notify word. No kernel entry.</summary>
    /// <param name="handle">The queue.</param>
    /// <param name="operation">A prepared operation whose element fits into a chunk.</param>
    /// <returns>False when both chunks are full: drive the queue and try again.</returns>
    public bool TryPush(Handle<IpcQueue> handle, Handle<Operation> operation)
    {
        world.Writes(ObjectKind.QueueOwner, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        var lengthBytes = (uint)world.Lanes.Operations[operation].SubmissionBytes;
        uint needed = IpcQueue.ElementHeaderBytes + lengthBytes;
        Verify.That(needed <= queue.ChunkBytes, "a submission larger than a chunk");
        if (queue.SubmitWritten.Bytes + needed > queue.ChunkBytes)
        {
            uint next = queue.ChunkHeads[queue.SubmitChunk].Next;
            if ((next & QueueChunk.Present) == 0)
            {
                return false;
            }

            uint left = world.Has(Defect.ChunkProgressGoesBack) ? 0 : queue.SubmitWritten.Bytes;
            heads.Publish(handle, queue.SubmitChunk, left | QueueChunk.Done);
            queue.SubmitChunk = (int)(next & QueueChunk.BytesMask);
            queue.SubmitWritten = default;
        }

        ElementAt(handle, queue.SubmitChunk, queue.SubmitWritten.Elements) =
            new QueueElement { LengthBytes = lengthBytes, Operation = operation };
        queue.SubmitWritten.Pass(lengthBytes);
        heads.Publish(handle, queue.SubmitChunk, queue.SubmitWritten.Bytes);
        NotifyWord<PlainSync>.Raise(ref queue.KernelNotifyWord, (long)KernelNotify.SubmissionProgress);
        return true;
    }

    /// <summary>Kernel: whether a submission waits.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>True when <see cref="ProcessSubmission"/> should look: something was pushed, or the chunk is done.</returns>
    public bool HasSubmission(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        uint progress = queue.ChunkHeads[queue.KernelSubmitChunk].Progress;
        bool hasMore = (progress & QueueChunk.BytesMask) != queue.KernelSubmitRead.Bytes || (progress & QueueChunk.Done) != 0;
        return hasMore && !queue.IsBroken;
    }

    /// <summary>Kernel: takes the next submission and performs it.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>Whether there was one.</returns>
    public bool ProcessSubmission(Handle<IpcQueue> handle)
    {
        if (!TryTakeSubmission(handle, out Handle<Operation> operation))
        {
            return false;
        }

        submissions.Perform(operation);
        return true;
    }

    /// <summary>Kernel: takes the next submission off its chain.</summary>
    /// <param name="handle">The queue.</param>
    /// <param name="operation">The submitted operation.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTakeSubmission(Handle<IpcQueue> handle, out Handle<Operation> operation)
    {
        world.Writes(ObjectKind.QueueOwner, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        operation = default;
        while (!queue.IsBroken)
        {
            ref QueueChunk chunk = ref queue.ChunkHeads[queue.KernelSubmitChunk];
            if (queue.KernelSubmitRead.Bytes < (chunk.Progress & QueueChunk.BytesMask))
            {
                return TryReadSubmission(handle, out operation);
            }

            if ((chunk.Progress & QueueChunk.Done) == 0 || (chunk.Next & QueueChunk.Present) == 0)
            {
                return false;
            }

            HandBackSubmissionChunk(handle);
        }

        return false;
    }

    /// <summary>Kernel: what every drive does first, accepting chunks that were handed back.</summary>
    /// <param name="handle">The queue.</param>
    public void BeginDrive(Handle<IpcQueue> handle)
    {
        world.Writes(ObjectKind.QueueOwner, handle.Index);
        const KernelNotify all = KernelNotify.SubmissionProgress | KernelNotify.SupplyCompletion;
        NotifyWord<PlainSync>.Clear(ref queues[handle].KernelNotifyWord, (long)all);
        completions.FlushPending(handle);
    }

    /// <summary>Kernel: completes an operation: one element, one notify bit, one wake per clear-to-set of the bit.</summary>
    /// <param name="operation">An operation all of whose parts are done.</param>
    public void Post(Handle<Operation> operation)
    {
        ref Operation completed = ref world.Lanes.Operations[operation];
        Verify.That(completed.State != OperationState.Completed, "the kernel completed an operation twice");
        completed.State = OperationState.Completed;
        if (!queues.IsLive(completed.Queue))
        {
            world.Reads(ObjectKind.Queue, completed.Queue.Index);
            world.Lanes.FreeOrphan(operation);
            return;
        }

        if (completed.Tag != 0)
        {
            world.Writes(ObjectKind.Tag, AccessLog.EventIndex(completed.Queue.Index, (uint)completed.Tag));
            tags.Forget(completed.Queue, operation);
        }

        world.Counters.Completions++;
        completions.Deliver(completed.Queue, operation);
        if (world.Has(Defect.CompletionPostedTwice) && completed.Kind == OperationKind.Exchange
            && !queues[completed.Queue].Thread.IsNone && completed.Context != 0)
        {
            completions.Deliver(completed.Queue, operation);
        }
    }

    /// <summary>Kernel: posts an element again; only a planted defect does that.</summary>
    /// <param name="operation">A completed operation; gone when its queue is dead.</param>
    internal void PostAgain(Handle<Operation> operation)
    {
        if (world.Lanes.Operations.IsLive(operation))
        {
            completions.Deliver(world.Lanes.Operations[operation].Queue, operation);
        }
    }

    /// <summary>Sets the alert bit and wakes the owner if it is newly set (helAlertQueue).</summary>
    /// <param name="handle">A live queue.</param>
    public void Alert(Handle<IpcQueue> handle) => completions.Notify(handle, UserNotify.Alert);

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
        return (queue.ChunkHeads[queue.UserChunk].Progress & QueueChunk.BytesMask) != queue.UserRead.Bytes;
    }

    /// <summary>Whether there is something for <see cref="TryPop"/>: a completion, or a drained chunk to hand back.</summary>
    /// <param name="handle">A live queue.</param>
    /// <returns>True when popping changes something.</returns>
    public bool HasProgress(Handle<IpcQueue> handle) =>
        HasUnread(handle) || (queues[handle].ChunkHeads[queues[handle].UserChunk].Progress & QueueChunk.Done) != 0;

    /// <summary>User: completions in the current chunk that were not taken.</summary>
    /// <param name="handle">A live queue.</param>
    /// <returns>How many there are.</returns>
    public int CountUnread(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        uint end = queue.ChunkHeads[queue.UserChunk].Progress & QueueChunk.BytesMask;
        uint bytes = queue.UserRead.Bytes;
        int count = 0;
        while (bytes < end)
        {
            QueueElement element = ElementAt(handle, queue.UserChunk, queue.UserRead.Elements + count);
            bytes += IpcQueue.ElementHeaderBytes + element.LengthBytes;
            count++;
        }

        return count;
    }

    /// <summary>User: moves an unread completion before those that came earlier, in memory that is the user's by now.</summary>
    /// <param name="handle">A live queue.</param>
    /// <param name="position">Its position among the unread ones of the current chunk.</param>
    public void BringForward(Handle<IpcQueue> handle, int position)
    {
        ref IpcQueue queue = ref queues[handle];
        int first = queue.UserRead.Elements;
        for (int number = first + position; number > first; number--)
        {
            ref QueueElement later = ref ElementAt(handle, queue.UserChunk, number);
            ref QueueElement earlier = ref ElementAt(handle, queue.UserChunk, number - 1);
            (later, earlier) = (earlier, later);
        }
    }

    /// <summary>User: takes the next completion in one step; for servers.</summary>
    /// <param name="handle">The queue.</param>
    /// <param name="operation">The completed operation.</param>
    /// <returns>False when there is none.</returns>
    public bool TryPop(Handle<IpcQueue> handle, out Handle<Operation> operation)
    {
        uint number = queues[handle].Taken;
        bool isTaken = TryPopUndeclared(handle, out operation);
        if (isTaken)
        {
            world.Writes(ObjectKind.QueueOwner, handle.Index);
            world.Reads(ObjectKind.Completion, AccessLog.EventIndex(handle.Index, number));
        }

        return isTaken;
    }

    /// <summary>Pops without saying that this comes after the posting: whoever destroys a queue could as well have done so
    /// before.</summary>
    private bool TryPopUndeclared(Handle<IpcQueue> handle, out Handle<Operation> operation)
    {
        ref IpcQueue queue = ref queues[handle];
        while (true)
        {
            uint progress = queue.ChunkHeads[queue.UserChunk].Progress;
            if ((progress & QueueChunk.BytesMask) != queue.UserRead.Bytes)
            {
                operation = TakeUndeclared(handle);
                NotifyWord<PlainSync>.Clear(ref queue.UserNotifyWord, (long)UserNotify.CompletionProgress);
                return true;
            }

            if ((progress & QueueChunk.Done) == 0)
            {
                operation = default;
                return false;
            }

            RetireChunk(handle);
            completions.FlushPending(handle);
        }
    }

    /// <summary>User: the notify bits as they are.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>All bits that are set.</returns>
    public UserNotify LoadNotify(Handle<IpcQueue> handle) =>
        (UserNotify)NotifyWord<PlainSync>.Load(ref queues[handle].UserNotifyWord);

    /// <summary>User: clears notify bits; look again before blocking.</summary>
    /// <param name="handle">The queue.</param>
    /// <param name="bits">The bits.</param>
    /// <returns>Those of them that were set.</returns>
    public UserNotify ClearNotify(Handle<IpcQueue> handle, UserNotify bits)
    {
        world.Writes(ObjectKind.Queue, handle.Index);
        return (UserNotify)NotifyWord<PlainSync>.Clear(ref queues[handle].UserNotifyWord, (long)bits);
    }

    /// <summary>User: remembers notify bits that were seen and not looked into yet.</summary>
    /// <param name="handle">The queue.</param>
    /// <param name="pending">The bits.</param>
    public void SavePending(Handle<IpcQueue> handle, UserNotify pending)
    {
        world.Writes(ObjectKind.QueueOwner, handle.Index);
        queues[handle].UserPending = pending;
    }

    /// <summary>User: takes the element that the progress word has announced.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>The completed operation.</returns>
    public Handle<Operation> TakeElement(Handle<IpcQueue> handle)
    {
        world.Writes(ObjectKind.QueueOwner, handle.Index);
        world.Reads(ObjectKind.Completion, AccessLog.EventIndex(handle.Index, queues[handle].Taken));
        return TakeUndeclared(handle);
    }

    private Handle<Operation> TakeUndeclared(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        queue.Taken++;
        QueueElement element = ElementAt(handle, queue.UserChunk, queue.UserRead.Elements);
        queue.UserRead.Pass(element.LengthBytes);
        return element.Operation;
    }

    /// <summary>User: leaves a drained chunk, resets it and hands it back at the end of the chain.</summary>
    /// <param name="handle">The queue.</param>
    /// <returns>Whether the kernel must be told by a drive, since its notify bit was clear.</returns>
    public bool RetireChunk(Handle<IpcQueue> handle)
    {
        world.Writes(ObjectKind.QueueSupply, handle.Index);
        ref IpcQueue queue = ref queues[handle];
        int retired = queue.UserChunk;
        uint next = queue.ChunkHeads[retired].Next;
        Verify.That((next & QueueChunk.Present) != 0, "a chunk is done but has no successor");
        queue.UserChunk = (int)(next & QueueChunk.BytesMask);
        heads.Renew(handle, retired, queue.UserRead.Bytes);
        queue.UserRead = default;
        heads.Link(handle, queue.UserTailChunk, retired);
        queue.UserTailChunk = retired;
        return NotifyWord<PlainSync>.Raise(ref queue.KernelNotifyWord, (long)KernelNotify.SupplyCompletion);
    }

    /// <summary>Pushes a cancel by tag (hel opcode 256); it has no completion. A tag that nothing has is no error.</summary>
    /// <param name="handle">Queue on which the operations were submitted.</param>
    /// <param name="tag">Their tag.</param>
    public void PushCancel(Handle<IpcQueue> handle, ulong tag) => PushOrDrive(handle, PrepareCancel(handle, tag));

    /// <summary>Prepares a cancel by tag.</summary>
    /// <param name="handle">Queue on which the operations were submitted.</param>
    /// <param name="tag">Their tag.</param>
    /// <returns>The cancel, to be pushed; the kernel frees it.</returns>
    public Handle<Operation> PrepareCancel(Handle<IpcQueue> handle, ulong tag)
    {
        Handle<Operation> cancel = world.Lanes.Prepare(OperationKind.Cancel, handle, 0);
        world.Lanes.Operations[cancel].Tag = tag;
        return cancel;
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

    /// <summary>Progress and length come from user memory: an element that would pass the end of its chunk is an
    /// error.</summary>
    private bool TryReadSubmission(Handle<IpcQueue> handle, out Handle<Operation> operation)
    {
        ref IpcQueue queue = ref queues[handle];
        operation = default;
        uint end = queue.KernelSubmitRead.Bytes + IpcQueue.ElementHeaderBytes;
        if (end > queue.ChunkBytes)
        {
            completions.Break(handle);
            return false;
        }

        QueueElement element = ElementAt(handle, queue.KernelSubmitChunk, queue.KernelSubmitRead.Elements);
        bool isSubmission = world.Lanes.Operations.IsLive(element.Operation)
            && world.Lanes.Operations[element.Operation].State == OperationState.Prepared;
        if (element.LengthBytes > queue.ChunkBytes - end || !isSubmission)
        {
            completions.Break(handle);
            return false;
        }

        queue.KernelSubmitRead.Pass(element.LengthBytes);
        operation = element.Operation;
        return true;
    }

    private void HandBackSubmissionChunk(Handle<IpcQueue> handle)
    {
        ref IpcQueue queue = ref queues[handle];
        int drained = queue.KernelSubmitChunk;
        uint next = queue.ChunkHeads[drained].Next & QueueChunk.BytesMask;
        if (next is < IpcQueue.CompletionChunks or >= IpcQueue.Chunks)
        {
            completions.Break(handle);
            return;
        }

        queue.KernelSubmitChunk = (int)next;
        heads.Renew(handle, drained, queue.KernelSubmitRead.Bytes);
        queue.KernelSubmitRead = default;
        heads.Link(handle, queue.KernelSubmitTail, drained);
        queue.KernelSubmitTail = drained;
        completions.Notify(handle, UserNotify.SupplySubmission);
    }
}
