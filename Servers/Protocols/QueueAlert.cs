// `queue-alert`, G3a: 14 January to 6 July 2026 (managarm ccb06689e, ec251030a, 575851238; mlibc 5730ed14, 348dc549). The
// POSIX server no longer knows which request is to be cancelled: it tells the thread to cancel what it is doing, and the thread
// calls back.
//   user    request:  id from the counter, push (lazy since mlibc 348dc549)         posix-pipe.hpp, exchangeMsgsSyncCancellable
//   POSIX   accepted: guard or not: set the word in the page, alert the thread's
//                     queue                                                         observations.cpp, alertRemoteQueue
//   user    dequeue:  before each block: word set -> cancelled                      posix-pipe.hpp, _waitProgressFutex
//   user    cancel:   superCancel(id, file), then reset the word, dequeue again     exchangeMsgsSyncCancellable
//   POSIX   superCancel: own request: look the id up in the thread's registry       process.cpp, cancelEvent
//   POSIX   superCancel: other request: look the file up by its number, send
//                     CancelOperation(id) on its lane in the thread's name          process.cpp, cancelEvent
//   user    other calls: word set while waiting: reset it, wait on                  posix-pipe.hpp, dequeueSingle
//   user    guard exit: exchange the flag with 0; it was 2 -> superSigRaise         entry.cpp, ~SignalGuard
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

/// <summary>G3a: the queue is alerted, the thread calls back, the POSIX server relays.</summary>
public sealed class QueueAlert : IProtocol, ILibrarySide, IFileServerSide, IPosixRequestSide, IPosixSignalSide
{
    /// <inheritdoc/>
    public string Name => "queue-alert";

    /// <inheritdoc/>
    public string Summary => "G3a: the POSIX server alerts the thread's queue, the thread calls back, the server relays";

    /// <inheritdoc/>
    public bool AlertsQueue => true;

    /// <inheritdoc/>
    public Limits LimitsOfRepair => Limits.DeafServers | Limits.UnwiredCalls;

    /// <inheritdoc/>
    public Repairs Windows => Repairs.CancelFollowsRequest | Repairs.EarlyCancelKept | Repairs.LaneOrderKept
        | Repairs.DuplicateLeavesOriginal | Repairs.RefusalsReplied | Repairs.CancelErrorsChecked | Repairs.RelayFollowsRequest
        | Repairs.RelayChecksFile | Repairs.RelayByLane | Repairs.CancelWordEndsWithGuard | Repairs.LaneHeldWhileUsed
        | SharedWindows.All;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) =>
        kind is CallKind.Read or CallKind.Waitpid or CallKind.Poll or CallKind.Sigsuspend or CallKind.Pause;

    /// <inheritdoc/>
    public bool CanWire(CallKind kind) => IsWired(kind) || kind == CallKind.Write;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system) =>
        new() { Library = this, Files = this, Requests = this, Signals = this };

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
        return await AwaitReply(user, thread, request.CancellationId, UserLibrary.NoFile);
    }

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromFile(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        request.CancellationId = user.NextCancellationId(thread);
        await user.Push(thread, user.Prepare.FileRequest(thread, lane, request, context: 0));
        return await AwaitReply(user, thread, request.CancellationId, request.Argument1);
    }

    /// <inheritdoc/>
    public ModelTask<Handle<Operation>> AwaitCompletion(UserLibrary user, Handle<KernelThread> thread) =>
        user.DequeueAndSwallowCancels(thread);

    /// <inheritdoc/>
    public async ModelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) =>
        server.Register(arrival, await server.ExtractCredentials(arrival));

    /// <inheritdoc/>
    public ModelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        new(server.Register(thread, request.CancellationId));

    /// <inheritdoc/>
    public ModelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread) =>
        system.Posix.Observations.RequestCancel(thread);

    /// <inheritdoc/>
    public ModelTask<Unit> CancelRequested(ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file)
    {
        if (file != UserLibrary.NoFile)
        {
            // Window G3a-overtake: Corpus/windows/read-overtaken-by-cancel.scn
            return system.Posix.Cancels.SendToFile(thread, file, cancellationId);
        }

        system.Posix.Requests.Cancel(thread, cancellationId);
        return default;
    }

    private static async ModelTask<Message> AwaitReply(
        UserLibrary user, Handle<KernelThread> thread, uint cancellationId, int file)
    {
        while (true)
        {
            Handle<Operation> completed = await user.Dequeue(thread, DequeueUntil.CancelRequested);
            if (!completed.IsNone)
            {
                return user.TakeReply(completed);
            }

            user.CancelIssued(thread, cancellationId);
            await user.SendFirst(
                thread, file == UserLibrary.NoFile ? Repairs.CancelFollowsRequest : Repairs.RelayFollowsRequest);
            await user.Call(thread, SuperCall.Cancel, cancellationId, file, 0);
            await user.Page.ResetCancelRequest(thread);
        }
    }
}
