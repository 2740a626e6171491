// `none`, G0: Managarm before July 2025. The guard flag only delays delivery: a signal that is accepted inside a guard is
// parked (flag 2) and raised when the guard ends, but nobody tells the call. A blocked read or wait ends when it ends.
//   user    request: guard, submit at once, wait for the completion              mlibc posix-pipe.hpp, exchangeMsgsSync
//   POSIX   parked:  nothing                                                      posix process.cpp before managarm 8b92a524d
// Wired: nothing in the sense of a promise; the oracle still judges every interruptible call, so each blocked class is
// reported once.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>G0: no cancellation.</summary>
public sealed class Uncancelled : IProtocol
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public string Summary => "G0: no cancellation; signals wait for the guard to end";

    /// <inheritdoc/>
    public SubmissionMode Submission => SubmissionMode.Direct;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => CallTable.Of(kind).IsInterruptible;

    /// <inheritdoc/>
    public async KernelTask<Message> RequestFromPosix(
        Userland user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        Handle<Operation> operation = user.Prepare.PosixRequest(thread, request, tailArgument);
        await user.Push(thread, operation);
        return user.TakeReply(await user.Dequeue(thread, DequeueUntil.Completion));
    }

    /// <inheritdoc/>
    public async KernelTask<Message> RequestFromFile(
        Userland user, Handle<KernelThread> thread, uint lane, Message request)
    {
        Handle<Operation> operation = user.Prepare.FileRequest(thread, lane, request, context: 0);
        await user.Push(thread, operation);
        return user.TakeReply(await user.Dequeue(thread, DequeueUntil.Completion));
    }

    /// <inheritdoc/>
    public KernelTask<Errno> Sleep(Userland user, Handle<KernelThread> thread, long deadlineTicks) =>
        user.Sleep(thread, deadlineTicks);

    /// <inheritdoc/>
    public KernelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) =>
        server.ExtractCredentials(arrival);

    /// <inheritdoc/>
    public KernelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        new(server.Uncancelled(thread));

    /// <inheritdoc/>
    public KernelTask<Unit> Conclude(ModelSystem system, Admission admission) => default;

    /// <inheritdoc/>
    public KernelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread) => default;

    /// <inheritdoc/>
    public KernelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread) => default;

    /// <inheritdoc/>
    public KernelTask<Unit> CancelRequested(
        ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file) => default;
}
