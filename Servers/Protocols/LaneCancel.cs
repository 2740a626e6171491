// `lane-cancel`, G3b: 6 July to 20 August 2026 (managarm as in `queue-alert`, and c1b80daa8; mlibc d9d117c3). As before the POSIX
// server tells the thread to cancel what it is doing. A request on a file's lane is now cancelled by the thread itself, by a
// message on the same lane, which nothing can make arrive before the request.
//   user    request:  id from the counter, push (lazy)                              exchangeMsgsSyncCancelViaLane
//   POSIX   accepted: guard or not: set the word in the page, alert the thread's
//                     queue                                                         observations.cpp, alertRemoteQueue
//   user    dequeue:  before each block: word set -> cancelled                      posix-pipe.hpp, _waitProgressFutex
//   user    file:     push CancelOperation(id) on the same lane, reset the word,
//                     wait for both completions                                     exchangeMsgsSyncCancelViaLane
//   user    posix:    superCancel(id), then reset the word, dequeue again           exchangeMsgsSyncCancellable
//   POSIX   superCancel: look the id up in the thread's registry; unknown: nothing  process.cpp, cancelEvent
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

/// <summary>G3b: the queue is alerted, the thread cancels on the request's own lane.</summary>
public sealed class LaneCancel : IProtocol, ILibrarySide, IFileServerSide, IPosixRequestSide, IPosixSignalSide
{
    private const ulong RequestContext = 1;
    private const ulong CancelContext = 2;

    /// <inheritdoc/>
    public string Name => "lane-cancel";

    /// <inheritdoc/>
    public string Summary => "G3b: the POSIX server alerts the thread's queue, the thread cancels on the request's lane";

    /// <inheritdoc/>
    public bool AlertsQueue => true;

    /// <inheritdoc/>
    public Limits LimitsOfRepair => Limits.DeafServers | Limits.UnwiredCalls;

    /// <inheritdoc/>
    public Repairs Windows => Repairs.CancelFollowsRequest | Repairs.EarlyCancelKept | Repairs.LaneOrderKept
        | Repairs.DuplicateLeavesOriginal | Repairs.CancelWordEndsWithGuard | Repairs.LaneHeldWhileUsed | SharedWindows.All;

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
    public async ModelTask<Message> RequestFromPosix(
        UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        request.CancellationId = user.NextCancellationId(thread);
        await user.Push(thread, user.Prepare.PosixRequest(thread, request, tailArgument));
        while (true)
        {
            Handle<Operation> completed = await user.Dequeue(thread, DequeueUntil.CancelRequested);
            if (!completed.IsNone)
            {
                return user.TakeReply(completed);
            }

            user.CancelIssued(thread, request.CancellationId);
            await user.SendFirst(thread, Repairs.CancelFollowsRequest);
            await user.Call(thread, SuperCall.Cancel, request.CancellationId, UserLibrary.NoFile, 0);
            await user.Page.ResetCancelRequest(thread);
        }
    }

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromFile(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        request.CancellationId = user.NextCancellationId(thread);
        await user.Push(thread, user.Prepare.FileRequest(thread, lane, request, RequestContext));
        Handle<Operation> reply = await user.Dequeue(thread, DequeueUntil.CancelRequested);
        if (!reply.IsNone)
        {
            return user.TakeReply(reply);
        }

        user.CancelIssued(thread, request.CancellationId);
        await user.Push(thread, user.Prepare.FileCancel(thread, lane, request.CancellationId, CancelContext));
        await user.Page.ResetCancelRequest(thread);
        bool isCancelDone = false;
        while (reply.IsNone || !isCancelDone)
        {
            Handle<Operation> completed = await user.DequeueAndSwallowCancels(thread);
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
        system.Posix.Requests.Cancel(thread, cancellationId);
        return default;
    }
}
