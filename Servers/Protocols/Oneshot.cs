// `oneshot`, G1: the design of the talk, 23 July to 14 August 2025 (managarm 8b92a524d, d4aef76d1, 2c0f8248d, 22bf434c3; mlibc
// 7e195dd2, ba2cf51f, 96b34242). A cancellable call brings an event along; whoever wants to cancel the call raises it.
//   user    call:     create a oneshot event                                      file.cpp, sys_read: helCreateOneshotEvent
//   user    call:     store its handle in the cancel page, before the submit      posix-pipe.hpp, setCurrentRequestEvent
//   user    request:  push the event with the request, wait for the reply         exchangeMsgsSyncCancellable
//   server  request:  pull the event, race { event raised, operation }            server.cpp, handlePassthrough; requests.cpp
//   POSIX   accepted: guard or not: take the event out of the thread's universe,  process.cpp, cancelEvent
//                     raise it, store 0 in the page; the handle is not closed
//   server  race:     the loser is cancelled and waited for, then the reply       async::race_and_cancel
//   user    call:     store 0 in the page, close the event                        posix-pipe.hpp, UniqueDescriptor
// Wired: read, waitpid; sigsuspend and pause end by the signal itself. With --calls all, as the talk describes the model:
// every interruptible call, nanosleep by awaiting clock and event side by side.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>G1: an event per request.</summary>
public sealed class Oneshot : IProtocol, ILibrarySide, IFileServerSide, IPosixRequestSide, IPosixSignalSide
{
    private const ulong ClockContext = 1;
    private const ulong EventContext = 2;

    /// <inheritdoc/>
    public string Name => "oneshot";

    /// <inheritdoc/>
    public string Summary => "G1: the talk; an event in a shared page is pushed with the call and raised on delivery";

    /// <inheritdoc/>
    public Limits LimitsOfRepair => Limits.DeafServers | Limits.UnwiredCalls;

    /// <inheritdoc/>
    public Repairs Windows => Repairs.PublishedEventChecked | Repairs.TakenDescriptorClosed | SharedWindows.All;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) =>
        kind is CallKind.Read or CallKind.Waitpid or CallKind.Sigsuspend or CallKind.Pause;

    /// <inheritdoc/>
    public bool CanWire(CallKind kind) => CallTable.Of(kind).IsInterruptible;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system) =>
        new() { Library = this, Files = this, Requests = this, Signals = this };

    /// <inheritdoc/>
    public SubmissionMode Submission => SubmissionMode.Direct;

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromPosix(
        UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        uint cancelEvent = await user.Entries.CreateEvent(thread);
        await user.Page.PublishEvent(thread, cancelEvent);
        await user.CheckPublished(thread, Repairs.PublishedEventChecked);
        await user.Push(thread, user.Prepare.PosixRequest(thread, request, tailArgument, cancelEvent));
        Message reply = user.TakeReply(await user.Dequeue(thread, DequeueUntil.Completion));
        await user.Page.PublishEvent(thread, 0);
        await user.Entries.CloseEvent(thread, cancelEvent);
        return reply;
    }

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromFile(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        uint cancelEvent = await user.Entries.CreateEvent(thread);
        await user.Page.PublishEvent(thread, cancelEvent);
        await user.CheckPublished(thread, Repairs.PublishedEventChecked);
        await user.Push(thread, user.Prepare.FileRequest(thread, lane, request, context: 0, cancelEvent));
        Message reply = user.TakeReply(await user.Dequeue(thread, DequeueUntil.Completion));
        await user.Page.PublishEvent(thread, 0);
        await user.Entries.CloseEvent(thread, cancelEvent);
        return reply;
    }

    /// <inheritdoc/>
    public async ModelTask<Errno> Sleep(UserLibrary user, Handle<KernelThread> thread, long deadlineTicks)
    {
        uint cancelEvent = await user.Entries.CreateEvent(thread);
        await user.Page.PublishEvent(thread, cancelEvent);
        await user.CheckPublished(thread, Repairs.PublishedEventChecked);
        Handle<Operation> sleep = user.Prepare.Sleep(thread, deadlineTicks, ClockContext);
        Handle<Operation> wait = user.Prepare.AwaitEvent(thread, cancelEvent, EventContext);
        ulong sleepTag = user.TagOf(sleep);
        ulong waitTag = user.TagOf(wait);
        await user.Push(thread, sleep);
        await user.Push(thread, wait);
        Handle<Operation> first = await user.Dequeue(thread, DequeueUntil.Completion);
        bool clockIsFirst = user.ContextOf(first) == ClockContext;
        HelError firstError = user.TakeError(first);
        await user.Push(thread, user.Prepare.TagCancel(thread, clockIsFirst ? waitTag : sleepTag));
        HelError secondError = user.TakeError(await user.Dequeue(thread, DequeueUntil.Completion));
        await user.Page.PublishEvent(thread, 0);
        await user.Entries.CloseEvent(thread, cancelEvent);
        return (clockIsFirst ? firstError : secondError) == HelError.None ? default : Errno.EINTR;
    }

    /// <inheritdoc/>
    public async ModelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival)
    {
        Admission admission = await server.PullAndExtract(arrival);
        if (!admission.IsAbandoned)
        {
            admission.Watch = server.Dispatcher.CancelOnEvent(admission);
        }

        return admission;
    }

    /// <inheritdoc/>
    public async ModelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request)
    {
        Admission admission = await server.Pull(thread, conversation);
        if (!admission.IsAbandoned)
        {
            admission.Watch = server.Dispatcher.CancelOnEvent(admission);
        }

        return admission;
    }

    /// <inheritdoc/>
    public async ModelTask<Unit> Conclude(ModelSystem system, Admission admission)
    {
        system.World.Events.CancelSource(admission.Token.Source);
        await admission.Watch;
        system.World.Events.FreeSource(admission.Token.Source);
        return default;
    }

    /// <inheritdoc/>
    public async ModelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread)
    {
        World world = system.World;
        Handle<KernelThread> kernel = system.Posix.Processes.Thread(thread).Kernel;
        int strand = system.Posix.Processes.Thread(thread).Strand;
        await world.ReadPoint(PointKind.EventLoad, ObjectKind.ThreadPage, kernel.Index);
        uint published = world.Threads[kernel].CancelEvent;
        // Window W1: Corpus/windows/read-parked-before-publish.scn
        if (published == 0)
        {
            world.Note(NoteKind.EventAbsent, strand, 0);
            return default;
        }

        Handle<Universe> universe = world.Threads[kernel].Universe;
        await world.ReadPoint(PointKind.EventTransfer, ObjectKind.Universe, universe.Index);
        world.Counters.ServerEntries++;
        system.Ledger.Requests.CancelIssued(kernel.Index, Dispatcher.EventId(world, universe, published));
        HelError error = world.Universes.Transfer(
            universe, system.Posix.Universe, published, HelRights.Signal, HelRights.Signal, out uint copy);
        if (error == HelError.None)
        {
            await world.WritePoint(PointKind.EventRaise, ObjectKind.KernelEvent, EventIndex(system, copy));
            world.Counters.ServerEntries++;
            world.Note(NoteKind.EventRaised, strand, 0);
            error = world.Hel.RaiseEvent(system.Posix.Universe, copy);
        }

        // Window G1-leak: Corpus/windows/read-leaks-descriptor.scn
        if (copy != 0 && system.Repaired(Repairs.TakenDescriptorClosed))
        {
            await system.Posix.Dispatcher.Close(copy);
        }

        // The server checked every result then and ended on an error; what it did not do is close the copy, which is the leak.
        if (error != HelError.None)
        {
            world.Panic(PanicCode.UncheckedServerError);
        }

        await world.WritePoint(PointKind.EventClear, ObjectKind.ThreadPage, kernel.Index);
        // Window G1-double: Corpus/windows/read-two-signals-one-raise.scn
        world.Threads[kernel].CancelEvent = 0;
        return default;
    }

    /// <inheritdoc/>
    public ModelTask<Unit> CancelRequested(ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file) =>
        SignalAccepted(system, thread);

    /// <inheritdoc/>
    public ModelTask<Unit> RequestAbandoned(ModelSystem system, Handle<PosixThread> thread, FileRequest request)
    {
        World world = system.World;
        Handle<KernelThread> kernel = system.Posix.Processes.Threads[thread].Kernel;
        Repairs repair = request.Lane != 0 ? Repairs.KilledRequestCancelled : Repairs.EndingRequestCancelled;
        if (system.Has(repair))
        {
            world.Reads(ObjectKind.ThreadPage, kernel.Index);
        }

        bool isPublished = world.Threads[kernel].CancelEvent != 0;
        return isPublished && system.Repaired(repair) ? SignalAccepted(system, thread) : default;
    }

    private static uint EventIndex(ModelSystem system, uint descriptor)
    {
        system.World.Universes.Inspect(system.Posix.Universe, descriptor, out Descriptor found);
        return Handle<KernelEvent>.FromBits(found.Target).Index;
    }
}
