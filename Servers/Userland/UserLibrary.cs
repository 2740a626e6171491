// The user side of the message protocols: mlibc's sysdeps for Managarm (sysdeps/managarm). Holds what all calls share: guard,
// supercalls, the queue loop word by word as posix-pipe.hpp has it, and what completions mean. Requests are prepared by
// OperationBuilder; the calls themselves are in LibraryCalls.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Userland;

/// <summary>mlibc's way to the kernel and the servers.</summary>
public sealed class UserLibrary
{
    /// <summary>Context of a request that only one call waits for.</summary>
    public const ulong PlainContext = 1;

    /// <summary>Contexts up to here mean the same in every call.</summary>
    private const ulong CommonContexts = 15;

    /// <summary>File number of a request that is on no file's lane.</summary>
    public const int NoFile = -1;

    private readonly ModelSystem system;
    private readonly World world;
    private readonly ILibrarySide library;
    private readonly bool isDirect;

    internal UserLibrary(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        library = system.Sides.Library;
        isDirect = library.Submission == SubmissionMode.Direct;
        Guard = new SignalGuard(this, system);
        Prepare = new OperationBuilder(system);
        Page = new ThreadPageWords(world);
        Entries = new KernelEntries(world, system.Hardware.Processors);
    }

    /// <summary>The signal guard.</summary>
    public SignalGuard Guard { get; }

    /// <summary>Whether a defect is on.</summary>
    /// <param name="defect">The defect.</param>
    /// <returns>True when it is on.</returns>
    public bool Has(Defect defect) => world.Has(defect);

    /// <summary>Makes sure that a request was sent before its cancel is asked for on another way.</summary>
    /// <param name="thread">The calling thread, which has pushed the request.</param>
    /// <param name="repair">The repair that does it.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> SendFirst(Handle<KernelThread> thread, Repairs repair)
    {
        if (world.Queues.HasUnsubmitted(world.Threads[thread].Queue) && system.Repaired(repair))
        {
            await Drive(thread, waits: false);
        }

        return default;
    }

    /// <summary>Looks, in the step in which the page was told of a request, whether a signal was parked before: then the POSIX
    /// server found nothing in the page, and has to look again.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="repair">The repair that does it.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> CheckPublished(Handle<KernelThread> thread, Repairs repair)
    {
        if (Page.IsParked(thread) && system.Repaired(repair))
        {
            await Call(thread, SuperCall.Cancel, 0, NoFile, 0);
        }

        return default;
    }

    /// <summary>Whether a repair is on; if not, that is marked.</summary>
    /// <param name="repair">The repair.</param>
    /// <returns>True when it is on.</returns>
    public bool Repaired(Repairs repair) => system.Repaired(repair);

    /// <summary>Prepares what is pushed.</summary>
    public OperationBuilder Prepare { get; }

    /// <summary>The words of the thread page.</summary>
    public ThreadPageWords Page { get; }

    /// <summary>How user threads enter the kernel.</summary>
    public IKernelEntries Entries { get; internal set; }

    /// <summary>Stops the thread for a supercall and waits until the POSIX server resumes it.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="number">Which supercall.</param>
    /// <param name="argument0">First argument.</param>
    /// <param name="argument1">Second argument.</param>
    /// <param name="argument2">Third argument.</param>
    /// <returns>First result register.</returns>
    public ModelTask<long> Call(
        Handle<KernelThread> thread, SuperCall number, long argument0, long argument1, long argument2) =>
        Entries.Call(thread, number, argument0, argument1, argument2);

    /// <summary>Creates the thread's queue and publishes its handle in the thread page (Queue::recreateQueue).</summary>
    /// <param name="thread">The thread.</param>
    public void CreateQueue(Handle<KernelThread> thread) => world.Threads[thread].QueueDescriptor = AttachQueue(thread);

    /// <summary>Whether a thread has made its queue.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>True once it can make requests.</returns>
    public bool HasQueue(Handle<KernelThread> thread) => world.Queues.IsLive(world.Threads[thread].Queue);

    /// <summary>Creates the queue of a thread whose universe others use, and publishes it. The page of a new image still has the
    /// descriptor of the old one's queue, which nothing can be reached by any more; it is closed here, which Managarm does not
    /// do, since the table is bounded.</summary>
    /// <param name="thread">The running thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> BeginQueue(Handle<KernelThread> thread)
    {
        Handle<Universe> universe = world.Threads[thread].Universe;
        await world.WritePoint(PointKind.QueueCreate, ObjectKind.Universe, universe.Index);
        world.Counters.UserEntries++;
        uint created = AttachQueue(thread);
        await world.WritePoint(PointKind.QueuePublish, ObjectKind.ThreadPage, thread.Index);
        uint former = world.Threads[thread].QueueDescriptor;
        world.Threads[thread].QueueDescriptor = created;
        if (former != 0)
        {
            world.Universes.Close(universe, former);
        }

        return default;
    }

    /// <summary>Allocates a cancellation id; the counter is thread-local.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>An id, from 1 on.</returns>
    public uint NextCancellationId(Handle<KernelThread> thread) => world.Threads[thread].NextCancellationId++;

    /// <summary>A context that no earlier completion of a thread has, so that one that comes late is known for what it
    /// is.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>The context, larger than those that calls have in common.</returns>
    public ulong NextContext(Handle<KernelThread> thread) => CommonContexts + ++world.Threads[thread].LastContext;

    /// <summary>Descriptor number of a thread's posix lane.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>The descriptor.</returns>
    public uint PosixLaneOf(Handle<KernelThread> thread) => world.Threads[thread].PosixLaneDescriptor;

    /// <summary>Tells the ledger that the thread is about to ask for a cancel.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="cancellationId">Id of the request.</param>
    public void CancelIssued(Handle<KernelThread> thread, uint cancellationId) =>
        system.Ledger.Requests.CancelIssued(world.Threads[thread].Credentials, cancellationId);

    /// <summary>Reads the answer to a cancel.</summary>
    /// <param name="operation">A completed cancel.</param>
    /// <returns>The answer; unknown when none has come.</returns>
    public CancelAnswer AnswerOf(Handle<Operation> operation)
    {
        if (!world.Lanes.Operations.IsLive(operation))
        {
            return CancelAnswer.Unknown;
        }

        ref Operation completed = ref world.Lanes.Operations[operation];
        int last = completed.ItemCount - 1;
        return HasFailedItem(completed) ? CancelAnswer.Unknown : (CancelAnswer)completed.Items[last].Message.Argument0;
    }

    /// <summary>Context of a completed operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>The word given at submission.</returns>
    public ulong ContextOf(Handle<Operation> operation) =>
        world.Lanes.Operations.IsLive(operation) ? world.Lanes.Operations[operation].Context : ulong.MaxValue;

    /// <summary>Cancellation tag of a prepared operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>Its tag.</returns>
    public ulong TagOf(Handle<Operation> operation) => world.Lanes.Operations[operation].Tag;

    /// <summary>Frees a completed operation whose results do not matter.</summary>
    /// <param name="operation">The operation.</param>
    public void Discard(Handle<Operation> operation) => world.Lanes.Free(operation);

    /// <summary>Takes the reply out of a completed request: its last items received it, status first, then data. As mlibc does
    /// it demands that both arrived.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>The reply.</returns>
    public Message TakeReply(Handle<Operation> operation)
    {
        system.Ledger.OutcomeTaken(system.Parties.StrandOf(world.Scheduler.Current));
        if (!world.Lanes.Operations.IsLive(operation))
        {
            world.Panic(PanicCode.UnexpectedCompletion);
            return default;
        }

        ref Operation completed = ref world.Lanes.Operations[operation];
        if (completed.ItemCount == 0 || HasFailedItem(completed))
        {
            return TakeFailure(operation);
        }

        int last = completed.ItemCount - 1;
        bool hasData = completed.Items[last].Kind == ItemKind.ReceiveBuffer;
        Message reply = completed.Items[hasData ? last - 1 : last].Message;
        if (hasData)
        {
            reply.Data = completed.Items[last].Message.Data;
        }

        world.Lanes.Free(operation);
        if (reply.Kind != (ushort)MessageKind.Reply)
        {
            world.Panic(PanicCode.UnexpectedCompletion);
        }

        return reply;
    }

    /// <summary>Nobody knows what has become of the request, so the error is not one that says that nothing has.</summary>
    private Message TakeFailure(Handle<Operation> operation)
    {
        world.Lanes.Free(operation);
        // Window T1: Corpus/windows/read-of-crashed-server.scn
        if (!system.Repaired(Repairs.LaneErrorsReported))
        {
            world.Panic(PanicCode.UncheckedLaneError);
            return default;
        }

        Errno error = world.Has(Defect.LaneErrorSaysInterrupted) ? Errno.EINTR : Errno.EIO;
        return new Message { Kind = (ushort)MessageKind.Reply, Error = error };
    }

    /// <summary>Makes a request that is not cancellable (exchangeMsgsSync).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="operation">The request.</param>
    /// <returns>The reply.</returns>
    public async ModelTask<Message> Exchange(Handle<KernelThread> thread, Handle<Operation> operation)
    {
        await Push(thread, operation);
        return TakeReply(await library.AwaitCompletion(this, thread));
    }

    /// <summary>Sleeps until a deadline; nothing but the deadline ends it, unless that is repaired.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>0 or EINTR.</returns>
    public async ModelTask<Errno> Sleep(Handle<KernelThread> thread, long deadlineTicks)
    {
        Handle<Operation> sleep = Prepare.Sleep(thread, deadlineTicks, PlainContext);
        ulong tag = TagOf(sleep);
        await Push(thread, sleep);
        Handle<Operation> completed = default;
        if (system.Has(Repairs.SleepEndsBySignal))
        {
            completed = await Dequeue(thread, DequeueUntil.SignalParkedUnseen);
            if (completed.IsNone)
            {
                await Push(thread, Prepare.TagCancel(thread, tag));
            }
        }

        // Window S9: Corpus/windows/kill-waits-for-sleep.scn
        completed = completed.IsNone ? await library.AwaitCompletion(this, thread) : completed;
        return TakeError(completed) == HelError.None ? default : Errno.EINTR;
    }

    /// <summary>Takes the result out of a completed operation that has no items, and frees it.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>Its result.</returns>
    public HelError TakeError(Handle<Operation> operation)
    {
        if (!world.Lanes.Operations.IsLive(operation))
        {
            world.Panic(PanicCode.UnexpectedCompletion);
            return HelError.IllegalState;
        }

        HelError error = world.Lanes.Operations[operation].Error;
        world.Lanes.Free(operation);
        system.Ledger.OutcomeTaken(system.Parties.StrandOf(world.Scheduler.Current));
        if (error == HelError.Cancelled)
        {
            system.Ledger.CallCancelled(system.Parties.StrandOf(world.Scheduler.Current));
        }

        return error;
    }

    /// <summary>Looks whether a file number still stands for a lane.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="file">File number.</param>
    /// <param name="lane">Descriptor of the lane.</param>
    /// <returns>False when the file has been closed.</returns>
    public async ModelTask<bool> IsOpen(Handle<KernelThread> thread, int file, uint lane)
    {
        Handle<Universe> universe = world.Threads[thread].Universe;
        await world.ReadPoint(PointKind.FileTableLoad, ObjectKind.Universe, universe.Index);
        return world.Universes[universe].Files[file] == lane;
    }

    /// <summary>Takes the next completion by the rule of the protocols that alert the queue and leave the guard flag alone
    /// (Queue::dequeueSingle, mlibc 5730ed14): a cancel that is asked for meanwhile is swallowed.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>The completed operation.</returns>
    public async ModelTask<Handle<Operation>> DequeueAndSwallowCancels(Handle<KernelThread> thread)
    {
        while (true)
        {
            Handle<Operation> completed = await Dequeue(thread, DequeueUntil.CancelRequested);
            if (!completed.IsNone)
            {
                return completed;
            }

            await Page.ResetCancelRequest(thread);
        }
    }

    /// <summary>Pushes a submission (Queue::pushSq); under direct submission it also enters the kernel.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="operation">A prepared operation.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Push(Handle<KernelThread> thread, Handle<Operation> operation)
    {
        while (!world.Queues.TryPush(world.Threads[thread].Queue, operation))
        {
            await Drive(thread, waits: false);
        }

        if (isDirect)
        {
            await Drive(thread, waits: false);
        }

        return default;
    }

    /// <summary>Takes the completion that has a context, and drops others, which are late.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="context">The context.</param>
    /// <param name="until">What to look at before each block, to give up.</param>
    /// <returns>The completed operation, or none when given up.</returns>
    public async ModelTask<Handle<Operation>> DequeueOwn(Handle<KernelThread> thread, ulong context, DequeueUntil until)
    {
        while (true)
        {
            Handle<Operation> completed = await Dequeue(thread, until);
            if (completed.IsNone || ContextOf(completed) == context)
            {
                return completed;
            }

            DropLate(completed);
        }
    }

    /// <summary>Drops the completion of a cancel that nobody waits for any more. No other one can come unasked, and mlibc would
    /// say so.</summary>
    /// <param name="operation">A completed operation.</param>
    public void DropLate(Handle<Operation> operation)
    {
        bool isLate = world.Lanes.Operations.IsLive(operation) && ContextOf(operation) > CommonContexts;
        if (isLate)
        {
            Discard(operation);
        }
        else
        {
            world.Panic(PanicCode.UnexpectedCompletion);
        }
    }

    /// <summary>Takes the next completion, waiting for it (Queue::dequeueSingle).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="until">What to look at before each block, to give up.</param>
    /// <returns>The completed operation, or none when given up.</returns>
    public async ModelTask<Handle<Operation>> Dequeue(Handle<KernelThread> thread, DequeueUntil until)
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
                if ((progress & QueueChunk.BytesMask) != world.Queues[queue].UserRead.Bytes)
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
                bool isCancelled = until == DequeueUntil.SignalParkedUnseen
                    ? Page.IsParked(thread)
                    : until != DequeueUntil.Completion && await Page.IsCancelled(thread, until);
                if (isCancelled)
                {
                    world.Queues.SavePending(queue, pending);
                    return default;
                }

                world.Threads[thread].WaitsForParking = until == DequeueUntil.SignalParked;
                await Drive(thread, waits: true);
                world.Threads[thread].WaitsForParking = false;
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
    public ModelTask<HelError> Drive(Handle<KernelThread> thread, bool waits) => Entries.Drive(thread, waits);

    private uint AttachQueue(Handle<KernelThread> thread)
    {
        ref KernelThread state = ref world.Threads[thread];
        state.Queue = world.Queues.Create(state.Party, thread, world.Options.QueueChunkBytes, completionChunks: 2);
        return world.Universes.Attach(
            state.Universe, DescriptorKind.Queue, state.Queue.Bits, HelRights.Invoke | HelRights.Wait | HelRights.Signal);
    }

    private static bool HasFailedItem(in Operation completed)
    {
        for (int position = 0; position < completed.ItemCount; position++)
        {
            if (completed.Items[position].Error != HelError.None)
            {
                return true;
            }
        }

        return false;
    }

    private async ModelTask<UserNotify> LoadNotify(Handle<IpcQueue> queue)
    {
        await world.ReadPoint(PointKind.NotifyLoad, ObjectKind.Queue, queue.Index);
        return world.Queues.LoadNotify(queue);
    }

    private async ModelTask<UserNotify> ClearNotify(Handle<IpcQueue> queue, UserNotify bits)
    {
        await world.WritePoint(PointKind.NotifyClear, ObjectKind.Queue, queue.Index);
        return world.Queues.ClearNotify(queue, bits);
    }

    private async ModelTask<uint> LoadProgress(Handle<IpcQueue> queue)
    {
        await world.ReadPoint(PointKind.ProgressLoad, ObjectKind.Queue, queue.Index);
        return world.Queues[queue].ChunkHeads[world.Queues[queue].UserChunk].Progress;
    }

    private async ModelTask<Unit> Retire(Handle<KernelThread> thread, Handle<IpcQueue> queue)
    {
        if (world.Queues.RetireChunk(queue))
        {
            await Drive(thread, waits: false);
        }

        return default;
    }
}
