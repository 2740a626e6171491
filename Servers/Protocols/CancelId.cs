// `cancel-id`, G2: 14 August 2025 to 14 January 2026 (managarm 279ac346d, 33bf60335, 24bbf0750, 7275d5eb9; mlibc 33a4c3d0,
// 03ef5081, 0bbe26fc). A cancellable request has an id; the thread page says which request is in flight and on which lane, and
// the POSIX server sends the cancel itself.
//   user    request:  id from the counter, submit at once                           exchangeMsgsSyncCancellable
//   user    request:  only then store lane, file and id in the thread page          entry.cpp, setCancellationId
//   server  request:  enter (credentials, id) into the registry of the server       server.cpp, handleMessages; requests.cpp
//   POSIX   accepted: guard or not: load the id; 0: nothing to cancel               process.cpp, cancelEvent
//   POSIX   accepted: take the lane out of the thread's universe, never close it    process.cpp, cancelEvent
//   POSIX   accepted: own request: look the id up at once                           cancel-events.hpp, cancel
//   POSIX   accepted: other request: send CancelOperation(id) on that lane in the
//                     thread's name and wait until it is taken; the thread stands   process.cpp, cancelEvent
//   server  cancel:   look (credentials, id) up; unknown: nothing, and no reply     server.cpp, handleMessages
//   user    reply:    store 0 in the thread page                                    entry.cpp, resetCancellationId
//   user    guard exit: exchange the flag with 0; it was 2 -> superSigRaise         entry.cpp, ~SignalGuard
// Wired: read, waitpid, poll; sigsuspend and pause end by the signal itself.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>G2: ids, and cancel messages that the POSIX server sends.</summary>
public sealed class CancelId : IProtocol, ILibrarySide, IFileServerSide, IPosixRequestSide, IPosixSignalSide
{
    /// <inheritdoc/>
    public string Name => "cancel-id";

    /// <inheritdoc/>
    public string Summary => "G2: ids in the thread page, cancels sent by the POSIX server, a registry per server";

    /// <inheritdoc/>
    public Limits LimitsOfRepair => Limits.DeafServers | Limits.UnwiredCalls;

    /// <inheritdoc/>
    public Repairs Windows => Repairs.TakenDescriptorClosed | Repairs.PublishedIdChecked
        | Repairs.CancelAwaitsRegistration | Repairs.DuplicateLeavesOriginal | Repairs.RefusalsReplied
        | Repairs.CancelErrorsChecked | Repairs.LaneHeldWhileUsed | SharedWindows.All;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) =>
        kind is CallKind.Read or CallKind.Waitpid or CallKind.Poll or CallKind.Sigsuspend or CallKind.Pause;

    /// <inheritdoc/>
    public bool CanWire(CallKind kind) => IsWired(kind) || kind == CallKind.Write;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system) =>
        new() { Library = this, Files = this, Requests = this, Signals = this };

    /// <inheritdoc/>
    public SubmissionMode Submission => SubmissionMode.Direct;

    /// <inheritdoc/>
    public bool SharesRegistry => true;

    /// <inheritdoc/>
    public bool RefusesSilently => true;

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromPosix(
        UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        request.CancellationId = user.NextCancellationId(thread);
        await user.Push(thread, user.Prepare.PosixRequest(thread, request, tailArgument));
        await user.Page.PublishRequest(thread, request.CancellationId, user.PosixLaneOf(thread), UserLibrary.NoFile);
        await user.CheckPublished(thread, Repairs.PublishedIdChecked);
        Message reply = user.TakeReply(await user.Dequeue(thread, DequeueUntil.Completion));
        await user.Page.WithdrawRequest(thread);
        return reply;
    }

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromFile(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        request.CancellationId = user.NextCancellationId(thread);
        await user.Push(thread, user.Prepare.FileRequest(thread, lane, request, context: 0));
        await user.Page.PublishRequest(thread, request.CancellationId, lane, request.Argument1);
        await user.CheckPublished(thread, Repairs.PublishedIdChecked);
        Message reply = user.TakeReply(await user.Dequeue(thread, DequeueUntil.Completion));
        await user.Page.WithdrawRequest(thread);
        return reply;
    }

    /// <inheritdoc/>
    public async ModelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) =>
        server.Register(arrival, await server.ExtractCredentials(arrival));

    /// <inheritdoc/>
    public ModelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        new(server.Register(thread, request.CancellationId));

    /// <inheritdoc/>
    public async ModelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread)
    {
        World world = system.World;
        Handle<KernelThread> kernel = system.Posix.Processes.Thread(thread).Kernel;
        await world.ReadPoint(PointKind.RequestLoad, ObjectKind.ThreadPage, kernel.Index);
        uint id = world.Threads[kernel].RequestId;
        // Window R1: Corpus/windows/read-published-late.scn
        if (id == 0)
        {
            world.Note(NoteKind.RequestAbsent, system.Posix.Processes.Thread(thread).Strand, 0);
            return default;
        }

        Handle<Universe> universe = world.Threads[kernel].Universe;
        await world.ReadPoint(PointKind.LaneTransfer, ObjectKind.Universe, universe.Index);
        world.Counters.ServerEntries++;
        uint lane = world.Threads[kernel].RequestLane;
        HelError error = world.Universes.Transfer(
            universe, system.Posix.Universe, lane, HelRights.Invoke, HelRights.Invoke, out uint copy);
        if (error != HelError.None)
        {
            // Window G2-lane: Corpus/windows/read-lane-closed.scn
            if (!system.Repaired(Repairs.CancelErrorsChecked))
            {
                world.Panic(PanicCode.UncheckedServerError);
            }

            return default;
        }

        system.Ledger.Requests.CancelIssued(kernel.Index, id);
        if (world.Threads[kernel].RequestFile == UserLibrary.NoFile)
        {
            // Window R2: Corpus/windows/poll-cancelled-before-registered.scn
            system.Posix.Requests.Cancel(thread, id);
        }
        else
        {
            await system.Posix.Cancels.Send(thread, copy, id);
        }

        // Window G1-leak: Corpus/windows/read-leaks-lane.scn
        return system.Repaired(Repairs.TakenDescriptorClosed) ? await system.Posix.Dispatcher.Close(copy) : default;
    }

    /// <inheritdoc/>
    public ModelTask<Unit> CancelRequested(ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file) =>
        SignalAccepted(system, thread);
}
