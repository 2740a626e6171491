// `tristate`, G4: Managarm since 20 August 2026 (managarm 687b68e67, 5f4bc1ee6, c2712d968, 3572cf96b, f6099d475; mlibc 80c3f3a3,
// d9d117c3). The guard flag has three values; 2 means: a signal is parked, every cancellable operation of this guard must
// end.
//   user    request: id from the counter, push (lazy), dequeue unless cancelled     posix-pipe.hpp, exchangeMsgsSyncCancellable
//   POSIX   parked:  flag 1 -> 2 while frozen, alert the thread's queue, resume              observations.cpp, alertRemoteQueue
//   user    dequeue: before each block, alert or flag 2 -> cancelled                         posix-pipe.hpp, _waitProgressFutex
//   user    file:    push CancelOperation(id) on the same lane, wait for both completions    exchangeMsgsSyncCancelViaLane
//   user    posix:   superCancel(id), then dequeue uncancellably                             exchangeMsgsSyncCancellable
//   POSIX   superCancel: look the id up in the thread's registry; unknown: nothing           process.cpp, cancelPosixRequest
//   user    guard exit: exchange the flag with 0; it was 2 -> superSigRaise                  entry.cpp, ~SignalGuard
// Wired: read, waitpid, poll; sigsuspend and pause end by the signal itself.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>G4: the three-valued guard flag and per-lane registries.</summary>
public sealed class Tristate : IProtocol, ILibrarySide, IFileServerSide, IPosixRequestSide, IPosixSignalSide
{
    private const ulong RequestContext = 1;
    private const ulong CancelContext = 2;

    /// <inheritdoc/>
    public string Name => "tristate";

    /// <inheritdoc/>
    public string Summary => "G4: Managarm today; the 0/1/2 guard flag, per-lane registries";

    /// <inheritdoc/>
    public Limits LimitsOfRepair => Limits.DeafServers | Limits.UnwiredCalls;

    /// <inheritdoc/>
    public Repairs Windows => Repairs.CancelFollowsRequest | Repairs.EarlyCancelKept | Repairs.LaneOrderKept
        | Repairs.DuplicateLeavesOriginal | Repairs.LaneHeldWhileUsed | SharedWindows.All;

    /// <inheritdoc/>
    public bool AlertsQueue => true;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) =>
        kind is CallKind.Read or CallKind.Waitpid or CallKind.Poll or CallKind.Sigsuspend or CallKind.Pause;

    /// <inheritdoc/>
    public bool CanWire(CallKind kind) => IsWired(kind) || kind == CallKind.Write;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system) =>
        new() { Library = this, Files = this, Requests = this, Signals = this };

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromPosix(
        UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        request.CancellationId = user.NextCancellationId(thread);
        Handle<Operation> operation = user.Prepare.PosixRequest(thread, request, tailArgument);
        await user.Push(thread, operation);
        Handle<Operation> completed = await user.Dequeue(thread, DequeueUntil.SignalParked);
        if (completed.IsNone)
        {
            user.CancelIssued(thread, request.CancellationId);
            // Window O1: Corpus/windows/waitpid-cancel-before-submit.scn
            await user.SendFirst(thread, Repairs.CancelFollowsRequest);
            await user.Call(thread, SuperCall.Cancel, request.CancellationId, UserLibrary.NoFile, 0);
            completed = await user.Dequeue(thread, DequeueUntil.Completion);
        }

        return user.TakeReply(completed);
    }

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromFile(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        request.CancellationId = user.NextCancellationId(thread);
        await user.Push(thread, user.Prepare.FileRequest(thread, lane, request, RequestContext));
        Handle<Operation> reply = await user.Dequeue(thread, DequeueUntil.SignalParked);
        if (!reply.IsNone)
        {
            return user.TakeReply(reply);
        }

        user.CancelIssued(thread, request.CancellationId);
        // Window T2: Corpus/windows/read-cancel-meets-closed-lane.scn
        await user.Push(thread, user.Prepare.FileCancel(thread, lane, request.CancellationId, CancelContext));
        bool isCancelDone = false;
        while (reply.IsNone || !isCancelDone)
        {
            Handle<Operation> completed = await user.Dequeue(thread, DequeueUntil.Completion);
            if (user.ContextOf(completed) == CancelContext)
            {
                user.Discard(completed);
                isCancelDone = true;
                continue;
            }

            reply = completed;
        }

        return user.TakeReply(reply);
    }

    /// <inheritdoc/>
    public async ModelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) =>
        server.Register(arrival, await server.ExtractCredentials(arrival));

    /// <inheritdoc/>
    public ModelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        new(server.Register(thread, request.CancellationId));

    /// <inheritdoc/>
    public ModelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread) =>
        system.Posix.Observations.AlertQueue(thread);

    /// <inheritdoc/>
    public ModelTask<Unit> CancelRequested(ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file)
    {
        // Window O2: Corpus/windows/poll-overtaken-by-cancel.scn
        system.Posix.Requests.Cancel(thread, cancellationId);
        return default;
    }
}
