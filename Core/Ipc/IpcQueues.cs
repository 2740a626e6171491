// The two sides of hel's queues. Kernel: takes submissions in order when the queue is driven, posts completions into chunks
// and, when there is no room, keeps them until the user hands a chunk back. User: pushes submissions (lazily, no kernel
// entry), pops completions. The word-by-word loop with points that mlibc runs is in the userland; servers pop atomically.
// How submissions get through their chunks is in SubmissionChains, what one does in Submissions, where a completion goes in
// Completions, what a cancel by tag finds in CancellationTags.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Ipc;

/// <summary>IPC queues of a world.</summary>
public sealed unsafe class IpcQueues
{
    private readonly World world;
    private readonly Slab<IpcQueue> queues;
    private readonly QueueElement* elements;
    private readonly int elementsPerChunk;
    private readonly CancellationTags tags;
    private readonly Submissions submissions;
    private readonly SubmissionChains chains;
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
        chains = new SubmissionChains(world, this, queues, heads, completions);
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
    /// <param name="queue">A live queue.</param>
    public ref IpcQueue this[Handle<IpcQueue> queue] => ref queues[queue];

    /// <summary>Whether a queue exists.</summary>
    /// <param name="queue">Any handle.</param>
    /// <returns>True while it lives.</returns>
    public bool IsLive(Handle<IpcQueue> queue) => queues.IsLive(queue);

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
        Handle<IpcQueue> queue = queues.Allocate();
        Verify.That(!queue.IsNone, "out of queues");
        world.Writes(ObjectKind.Queue, queue.Index);
        ref IpcQueue state = ref queues[queue];
        state.Party = party;
        state.Thread = thread;
        state.ChunkBytes = chunkBytes;
        state.CompletionChunkCount = completionChunks;
        for (int i = 0; i + 1 < completionChunks; i++)
        {
            state.ChunkHeads[i].Next = (uint)(i + 1) | QueueChunk.Present;
        }

        state.CompletionFirst = QueueChunk.Present;
        state.UserTailChunk = completionChunks - 1;
        state.SubmissionFirst = IpcQueue.CompletionChunks | QueueChunk.Present;
        state.SubmitChunk = IpcQueue.CompletionChunks;
        state.KernelSubmitChunk = IpcQueue.CompletionChunks;
        state.ChunkHeads[IpcQueue.CompletionChunks].Next = (IpcQueue.CompletionChunks + 1) | QueueChunk.Present;
        state.KernelSubmitTail = IpcQueue.CompletionChunks + 1;
        return queue;
    }

    /// <summary>Destroys a queue: completions in it and behind it are freed, later ones go nowhere.</summary>
    /// <param name="queue">A live queue.</param>
    public void Destroy(Handle<IpcQueue> queue)
    {
        world.Writes(ObjectKind.Queue, queue.Index);
        world.Writes(ObjectKind.QueueOwner, queue.Index);
        world.Writes(ObjectKind.QueueSupply, queue.Index);
        while (TryPopUndeclared(queue, out Handle<Operation> operation))
        {
            world.Lanes.FreeOrphan(operation);
        }

        completions.DropPending(queue);
        while (chains.TryTake(queue, out Handle<Operation> operation))
        {
            world.Lanes.FreeOrphan(operation);
        }

        queues.Free(queue);
    }

    /// <summary>An element of a chunk, as either side finds it in memory.</summary>
    /// <param name="queue">A live queue.</param>
    /// <param name="chunk">Chunk.</param>
    /// <param name="number">Number of the element in its chunk.</param>
    /// <returns>The element.</returns>
    public ref QueueElement ElementAt(Handle<IpcQueue> queue, int chunk, int number)
    {
        Verify.That((uint)chunk < IpcQueue.Chunks && (uint)number < (uint)elementsPerChunk, "no such element");
        return ref elements[(((int)queue.Index * IpcQueue.Chunks) + chunk) * elementsPerChunk + number];
    }

    /// <summary>User: a cancellation tag that this queue has not used before.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>A tag, never 0.</returns>
    public ulong NextTag(Handle<IpcQueue> queue) => ++queues[queue].LastTag;

    /// <summary>User: writes an element to the submission chain and tells the kernel's notify word. No kernel entry.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="operation">A prepared operation whose element fits into a chunk.</param>
    /// <returns>False when both chunks are full: drive the queue and try again.</returns>
    public bool TryPush(Handle<IpcQueue> queue, Handle<Operation> operation) => chains.TryPush(queue, operation);

    /// <summary>Kernel: whether a submission waits.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>True when <see cref="ProcessSubmission"/> should look: something was pushed, or the chunk is done.</returns>
    public bool HasSubmission(Handle<IpcQueue> queue) => chains.HasSubmission(queue);

    /// <summary>Kernel: takes the next submission and performs it.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether there was one.</returns>
    public bool ProcessSubmission(Handle<IpcQueue> queue)
    {
        if (!chains.TryTake(queue, out Handle<Operation> operation))
        {
            return false;
        }

        submissions.Perform(operation);
        return true;
    }

    /// <summary>Kernel: takes the next submission off its chain.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="operation">The submitted operation.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTakeSubmission(Handle<IpcQueue> queue, out Handle<Operation> operation) =>
        chains.TryTake(queue, out operation);

    /// <summary>Kernel: what every drive does first, accepting chunks that were handed back.</summary>
    /// <param name="queue">The queue.</param>
    public void BeginDrive(Handle<IpcQueue> queue)
    {
        world.Writes(ObjectKind.QueueOwner, queue.Index);
        const KernelNotify all = KernelNotify.SubmissionProgress | KernelNotify.SupplyCompletion;
        NotifyWord<PlainSync>.Clear(ref queues[queue].KernelNotifyWord, (long)all);
        completions.FlushPending(queue);
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
    /// <param name="queue">A live queue.</param>
    public void Alert(Handle<IpcQueue> queue) => completions.Notify(queue, UserNotify.Alert);

    /// <summary>Whether the current chunk announces a completion that the user has not taken.</summary>
    /// <param name="queue">Any handle.</param>
    /// <returns>True when there is one.</returns>
    public bool HasUnread(Handle<IpcQueue> queue)
    {
        if (!queues.IsLive(queue))
        {
            return false;
        }

        ref IpcQueue state = ref queues[queue];
        return (state.ChunkHeads[state.UserChunk].Progress & QueueChunk.BytesMask) != state.UserRead.Bytes;
    }

    /// <summary>Whether there is something for <see cref="TryPop"/>: a completion, or a drained chunk to hand back.</summary>
    /// <param name="queue">A live queue.</param>
    /// <returns>True when popping changes something.</returns>
    public bool HasProgress(Handle<IpcQueue> queue) =>
        HasUnread(queue) || (queues[queue].ChunkHeads[queues[queue].UserChunk].Progress & QueueChunk.Done) != 0;

    /// <summary>User: completions in the current chunk that were not taken.</summary>
    /// <param name="queue">A live queue.</param>
    /// <returns>How many there are.</returns>
    public int CountUnread(Handle<IpcQueue> queue)
    {
        ref IpcQueue state = ref queues[queue];
        uint end = state.ChunkHeads[state.UserChunk].Progress & QueueChunk.BytesMask;
        uint bytes = state.UserRead.Bytes;
        int count = 0;
        while (bytes < end)
        {
            QueueElement element = ElementAt(queue, state.UserChunk, state.UserRead.Elements + count);
            bytes += IpcQueue.ElementHeaderBytes + element.LengthBytes;
            count++;
        }

        return count;
    }

    /// <summary>User: moves an unread completion before those that came earlier, in memory that is the user's by now.</summary>
    /// <param name="queue">A live queue.</param>
    /// <param name="position">Its position among the unread ones of the current chunk.</param>
    public void BringForward(Handle<IpcQueue> queue, int position)
    {
        ref IpcQueue state = ref queues[queue];
        int first = state.UserRead.Elements;
        for (int number = first + position; number > first; number--)
        {
            ref QueueElement later = ref ElementAt(queue, state.UserChunk, number);
            ref QueueElement earlier = ref ElementAt(queue, state.UserChunk, number - 1);
            (later, earlier) = (earlier, later);
        }
    }

    /// <summary>User: takes the next completion in one step; for servers.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="operation">The completed operation.</param>
    /// <returns>False when there is none.</returns>
    public bool TryPop(Handle<IpcQueue> queue, out Handle<Operation> operation)
    {
        uint number = queues[queue].Taken;
        bool isTaken = TryPopUndeclared(queue, out operation);
        if (isTaken)
        {
            world.Writes(ObjectKind.QueueOwner, queue.Index);
            world.Reads(ObjectKind.Completion, AccessLog.EventIndex(queue.Index, number));
        }

        return isTaken;
    }

    /// <summary>Pops without saying that this comes after the posting: whoever destroys a queue could as well have done so
    /// before.</summary>
    private bool TryPopUndeclared(Handle<IpcQueue> queue, out Handle<Operation> operation)
    {
        ref IpcQueue state = ref queues[queue];
        while (true)
        {
            uint progress = state.ChunkHeads[state.UserChunk].Progress;
            if ((progress & QueueChunk.BytesMask) != state.UserRead.Bytes)
            {
                operation = TakeUndeclared(queue);
                NotifyWord<PlainSync>.Clear(ref state.UserNotifyWord, (long)UserNotify.CompletionProgress);
                return true;
            }

            if ((progress & QueueChunk.Done) == 0)
            {
                operation = default;
                return false;
            }

            RetireChunk(queue);
            completions.FlushPending(queue);
        }
    }

    /// <summary>User: the notify bits as they are.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>All bits that are set.</returns>
    public UserNotify LoadNotify(Handle<IpcQueue> queue) =>
        (UserNotify)NotifyWord<PlainSync>.Load(ref queues[queue].UserNotifyWord);

    /// <summary>User: clears notify bits; look again before blocking.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="bits">The bits.</param>
    /// <returns>Those of them that were set.</returns>
    public UserNotify ClearNotify(Handle<IpcQueue> queue, UserNotify bits)
    {
        world.Writes(ObjectKind.Queue, queue.Index);
        return (UserNotify)NotifyWord<PlainSync>.Clear(ref queues[queue].UserNotifyWord, (long)bits);
    }

    /// <summary>User: remembers notify bits that were seen and not looked into yet.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="pending">The bits.</param>
    public void SavePending(Handle<IpcQueue> queue, UserNotify pending)
    {
        world.Writes(ObjectKind.QueueOwner, queue.Index);
        queues[queue].UserPending = pending;
    }

    /// <summary>User: takes the element that the progress word has announced.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The completed operation.</returns>
    public Handle<Operation> TakeElement(Handle<IpcQueue> queue)
    {
        world.Writes(ObjectKind.QueueOwner, queue.Index);
        world.Reads(ObjectKind.Completion, AccessLog.EventIndex(queue.Index, queues[queue].Taken));
        return TakeUndeclared(queue);
    }

    private Handle<Operation> TakeUndeclared(Handle<IpcQueue> queue)
    {
        ref IpcQueue state = ref queues[queue];
        state.Taken++;
        Verify.That(HasUnread(queue), "a completion is taken that was not announced");
        QueueElement element = ElementAt(queue, state.UserChunk, state.UserRead.Elements);
        state.UserRead.Pass(element.LengthBytes);
        return element.Operation;
    }

    /// <summary>User: leaves a drained chunk, resets it and hands it back at the end of the chain.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether the kernel must be told by a drive, since its notify bit was clear.</returns>
    public bool RetireChunk(Handle<IpcQueue> queue)
    {
        world.Writes(ObjectKind.QueueSupply, queue.Index);
        ref IpcQueue state = ref queues[queue];
        int retired = state.UserChunk;
        uint next = state.ChunkHeads[retired].Next;
        Verify.That((next & QueueChunk.Present) != 0, "a chunk is done but has no successor");
        state.UserChunk = (int)(next & QueueChunk.BytesMask);
        heads.Renew(queue, retired, state.UserRead.Bytes);
        state.UserRead = default;
        heads.Link(queue, state.UserTailChunk, retired);
        state.UserTailChunk = retired;
        return NotifyWord<PlainSync>.Raise(ref state.KernelNotifyWord, (long)KernelNotify.SupplyCompletion);
    }

    /// <summary>Pushes a cancel by tag (hel opcode 256); it has no completion. A tag that nothing has is no error.</summary>
    /// <param name="queue">Queue on which the operations were submitted.</param>
    /// <param name="tag">Their tag.</param>
    public void PushCancel(Handle<IpcQueue> queue, ulong tag) => PushOrDrive(queue, PrepareCancel(queue, tag));

    /// <summary>Prepares a cancel by tag.</summary>
    /// <param name="queue">Queue on which the operations were submitted.</param>
    /// <param name="tag">Their tag.</param>
    /// <returns>The cancel, to be pushed; the kernel frees it.</returns>
    public Handle<Operation> PrepareCancel(Handle<IpcQueue> queue, ulong tag)
    {
        Handle<Operation> cancel = world.Lanes.Prepare(OperationKind.Cancel, queue, 0);
        world.Lanes.Operations[cancel].Tag = tag;
        return cancel;
    }

    /// <summary>Pushes a submission; when both chunks are full, drives the queue first, as helix does.</summary>
    /// <param name="queue">Queue of a server.</param>
    /// <param name="operation">A prepared operation.</param>
    public void PushOrDrive(Handle<IpcQueue> queue, Handle<Operation> operation)
    {
        if (!TryPush(queue, operation))
        {
            world.Counters.ServerEntries++;
            BeginDrive(queue);
            while (ProcessSubmission(queue))
            {
            }

            Verify.That(TryPush(queue, operation), "no room in a submission chain that was just drained");
        }

        world.Scheduler.Enable(queues[queue].Party);
    }
}
