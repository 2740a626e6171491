// The user side of the message protocols: mlibc's sysdeps for Managarm (sysdeps/managarm). Holds what all calls share: guard,
// supercalls, the queue loop word by word as posix-pipe.hpp has it, and the shapes of requests. The calls themselves are in
// LibraryCalls.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>mlibc's way to the kernel and the servers.</summary>
public sealed class Userland
{
    private readonly ModelSystem system;
    private readonly World world;

    internal Userland(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        Guard = new SignalGuard(this, system);
        Entries = new KernelEntries(world);
    }

    /// <summary>The signal guard.</summary>
    public SignalGuard Guard { get; }

    /// <summary>How user threads enter the kernel.</summary>
    public IKernelEntries Entries { get; internal set; }

    /// <summary>Stops the thread for a supercall and waits until the POSIX server resumes it.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="number">Which supercall.</param>
    /// <param name="argument0">First argument.</param>
    /// <param name="argument1">Second argument.</param>
    /// <param name="argument2">Third argument.</param>
    /// <returns>First result register.</returns>
    public KernelTask<long> Call(
        Handle<KernelThread> thread, SuperCall number, long argument0, long argument1, long argument2) =>
        Entries.Call(thread, number, argument0, argument1, argument2);

    /// <summary>Creates the thread's queue and publishes its handle in the thread page (Queue::recreateQueue).</summary>
    /// <param name="thread">The thread.</param>
    public void CreateQueue(Handle<KernelThread> thread)
    {
        ref KernelThread state = ref world.Threads[thread];
        state.Queue = world.Queues.Create(state.Party, thread, world.Options.QueueChunkElements, completionChunks: 2);
        state.QueueDescriptor = world.Threads.Attach(state.Universe, DescriptorKind.Queue, state.Queue.Bits);
    }

    /// <summary>Allocates a cancellation id; the counter is thread-local.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>An id, from 1 on.</returns>
    public uint NextCancellationId(Handle<KernelThread> thread) => world.Threads[thread].NextCancellationId++;

    /// <summary>Tells the ledger that the thread is about to ask for a cancel.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="cancellationId">Id of the request.</param>
    public void CancelIssued(Handle<KernelThread> thread, uint cancellationId) =>
        system.Ledger.CancelIssued(thread.Index, cancellationId);

    /// <summary>Prepares a request on the thread's posix lane: offer, send, optional second part, receive.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="request">The request.</param>
    /// <param name="tailArgument">Argument of the second part, or null.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> PreparePosixRequest(Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        ref KernelThread state = ref world.Threads[thread];
        Handle<Operation> operation = PrepareExchange(thread, state.PosixLaneDescriptor, context: 1);
        world.Lanes.AddItem(operation, ItemKind.Offer);
        world.Lanes.AddItem(operation, ItemKind.Send).Message = request;
        if (tailArgument is { } argument)
        {
            world.Lanes.AddItem(operation, ItemKind.Send).Message =
                new Message { Kind = (ushort)MessageKind.Tail, LongArgument = argument };
        }

        world.Lanes.AddItem(operation, ItemKind.Receive);
        return operation;
    }

    /// <summary>Prepares a request on a file's lane: offer, send, imbue, receive.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="lane">Descriptor number of the lane.</param>
    /// <param name="request">The request.</param>
    /// <param name="context">Context of the completion.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> PrepareFileRequest(Handle<KernelThread> thread, uint lane, Message request, ulong context)
    {
        Handle<Operation> operation = PrepareExchange(thread, lane, context);
        world.Lanes.AddItem(operation, ItemKind.Offer);
        world.Lanes.AddItem(operation, ItemKind.Send).Message = request;
        world.Lanes.AddItem(operation, ItemKind.Imbue);
        world.Lanes.AddItem(operation, ItemKind.Receive);
        return operation;
    }

    /// <summary>Prepares a cancel on a file's lane: offer, send, imbue; there is no reply.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="lane">Descriptor number of the lane.</param>
    /// <param name="cancellationId">Id of the request to cancel.</param>
    /// <param name="context">Context of the completion.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> PrepareFileCancel(
        Handle<KernelThread> thread, uint lane, uint cancellationId, ulong context)
    {
        Handle<Operation> operation = PrepareExchange(thread, lane, context);
        world.Lanes.AddItem(operation, ItemKind.Offer);
        world.Lanes.AddItem(operation, ItemKind.Send).Message =
            new Message { Kind = (ushort)MessageKind.CancelOperation, CancellationId = cancellationId };
        world.Lanes.AddItem(operation, ItemKind.Imbue);
        return operation;
    }

    /// <summary>Context of a completed operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>The word given at submission.</returns>
    public ulong ContextOf(Handle<Operation> operation) =>
        world.Lanes.Operations.IsLive(operation) ? world.Lanes.Operations[operation].Context : ulong.MaxValue;

    /// <summary>Frees a completed operation whose results do not matter.</summary>
    /// <param name="operation">The operation.</param>
    public void Discard(Handle<Operation> operation) => world.Lanes.Free(operation);

    /// <summary>Takes the reply out of a completed request, whose last item received it.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>The reply.</returns>
    public Message TakeReply(Handle<Operation> operation)
    {
        if (!world.Lanes.Operations.IsLive(operation))
        {
            world.Panic(PanicCode.UnexpectedCompletion);
            return default;
        }

        ref Operation completed = ref world.Lanes.Operations[operation];
        if (completed.ItemCount == 0 || completed.Items[completed.ItemCount - 1].Error != HelError.None)
        {
            world.Panic(PanicCode.UncheckedLaneError);
            world.Lanes.Free(operation);
            return default;
        }

        Message reply = completed.Items[completed.ItemCount - 1].Message;
        world.Lanes.Free(operation);
        if (reply.Kind != (ushort)MessageKind.Reply)
        {
            world.Panic(PanicCode.UnexpectedCompletion);
        }

        return reply;
    }

    /// <summary>Makes a request that is not cancellable (exchangeMsgsSync).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="operation">The request.</param>
    /// <returns>The reply.</returns>
    public async KernelTask<Message> Exchange(Handle<KernelThread> thread, Handle<Operation> operation)
    {
        await Push(thread, operation);
        return TakeReply(await Dequeue(thread, checksFlag: false));
    }

    /// <summary>Pushes a submission (Queue::pushSq); under direct submission it also enters the kernel.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="operation">A prepared operation.</param>
    /// <returns>Nothing.</returns>
    public async KernelTask<Unit> Push(Handle<KernelThread> thread, Handle<Operation> operation)
    {
        while (!world.Queues.TryPush(world.Threads[thread].Queue, operation))
        {
            await Drive(thread, waits: false);
        }

        if (system.Protocol.Submission == SubmissionMode.Direct)
        {
            await Drive(thread, waits: false);
        }

        return default;
    }

    /// <summary>Takes the next completion, waiting for it (Queue::dequeueSingle).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="checksFlag">Whether to give up, before each block, when the guard flag says that a signal is parked.</param>
    /// <returns>The completed operation, or none when given up.</returns>
    public async KernelTask<Handle<Operation>> Dequeue(Handle<KernelThread> thread, bool checksFlag)
    {
        const UserNotify relevant = UserNotify.CompletionProgress | UserNotify.Alert;
        Handle<IpcQueue> queue = world.Threads[thread].Queue;
        UserNotify notify = await LoadNotify(queue);
        UserNotify pending = world.Queues[queue].UserPending;
        while (true)
        {
            pending |= notify;
            if ((pending & UserNotify.CompletionProgress) != 0)
            {
                uint progress = await LoadProgress(queue);
                if ((progress & QueueChunk.CountMask) != world.Queues[queue].UserProgress)
                {
                    world.Queues.SavePending(queue, pending);
                    return world.Queues.TakeElement(queue);
                }

                if ((progress & QueueChunk.Done) != 0)
                {
                    await Retire(thread, queue);
                    continue;
                }
            }

            UserNotify toClear = notify & relevant;
            pending &= ~relevant;
            if (toClear == UserNotify.None)
            {
                if (checksFlag && await IsSignalParked(thread))
                {
                    world.Queues.SavePending(queue, pending);
                    return default;
                }

                await Drive(thread, waits: true);
                notify = await LoadNotify(queue);
                continue;
            }

            notify = await ClearNotify(queue, toClear);
            if (world.Has(Defect.ClearWithoutRecheck))
            {
                notify = UserNotify.None;
            }
        }
    }

    /// <summary>Drives the queue (helDriveQueue): submits what was pushed and, if asked, blocks until something is
    /// notified.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="waits">Whether to block.</param>
    /// <returns>Cancelled when the block was interrupted.</returns>
    public KernelTask<HelError> Drive(Handle<KernelThread> thread, bool waits) => Entries.Drive(thread, waits);

    private Handle<Operation> PrepareExchange(Handle<KernelThread> thread, uint lane, ulong context)
    {
        ref KernelThread state = ref world.Threads[thread];
        Handle<Operation> handle = world.Lanes.PrepareExchange(state.Queue, default, context, thread.Index);
        ref Operation operation = ref world.Lanes.Operations[handle];
        operation.Universe = state.Universe;
        operation.LaneDescriptor = lane;
        return handle;
    }

    private async KernelTask<UserNotify> LoadNotify(Handle<IpcQueue> queue)
    {
        await world.ReadPoint(PointKind.NotifyLoad, ObjectKind.Queue, queue.Index);
        return world.Queues[queue].UserNotify;
    }

    private async KernelTask<UserNotify> ClearNotify(Handle<IpcQueue> queue, UserNotify bits)
    {
        await world.WritePoint(PointKind.NotifyClear, ObjectKind.Queue, queue.Index);
        UserNotify before = world.Queues[queue].UserNotify;
        world.Queues[queue].UserNotify = before & ~bits;
        return before;
    }

    private async KernelTask<uint> LoadProgress(Handle<IpcQueue> queue)
    {
        await world.ReadPoint(PointKind.ProgressLoad, ObjectKind.Queue, queue.Index);
        return world.Queues[queue].Chunks[world.Queues[queue].UserChunk].Progress;
    }

    private async KernelTask<Unit> Retire(Handle<KernelThread> thread, Handle<IpcQueue> queue)
    {
        if (world.Queues.RetireChunk(queue))
        {
            await Drive(thread, waits: false);
        }

        return default;
    }

    private async KernelTask<bool> IsSignalParked(Handle<KernelThread> thread)
    {
        await world.ReadPoint(PointKind.FlagCheck, ObjectKind.ThreadPage, thread.Index);
        return world.Threads[thread].GuardFlag == 2;
    }
}
