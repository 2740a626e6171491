// A trap, kept to be shown: requests to the POSIX server are cancelled by a message on the posix lane, behind the request, as
// managarm issue 1440 proposes, and the server goes on to serve that lane as it does today, one request at a time. The order of
// the two is certain, and so is the result: the cancel is not accepted before the request that it is meant for has ended.
//   user    posix:   id from the counter, push (lazy), dequeue unless the flag is 2
//   user    cancel:  push CancelOperation(id) on the posix lane, wait for the reply
//   POSIX   request: enter the id into the thread's registry, serve it to its end, only then accept the next
//   POSIX   cancel:  look the id up
// Files and everything else as in `ordered`; the two together are `ordered-serial`.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>Cancels on the serially served posix lane.</summary>
public sealed class SerialCancel : IProtocol
{
    private readonly Ordered ordered = new();

    /// <inheritdoc/>
    public string Name => "serial-cancel";

    /// <inheritdoc/>
    public string Summary => "a trap: cancels on the posix lane, which is served one request at a time";

    /// <inheritdoc/>
    public SubmissionMode Submission => ordered.Submission;

    /// <inheritdoc/>
    public Repairs Repairs => ordered.Repairs;

    /// <inheritdoc/>
    public Limits Limits => ordered.Limits;

    /// <inheritdoc/>
    public bool HoldsLanes => ordered.HoldsLanes;

    /// <inheritdoc/>
    public bool NumbersArrivals(LaneServer server) => ordered.NumbersArrivals(server);

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => ordered.IsWired(kind);

    /// <inheritdoc/>
    public async KernelTask<Message> RequestFromPosix(
        Userland user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        request.CancellationId = user.NextCancellationId(thread);
        await user.Push(thread, user.Prepare.PosixRequest(thread, request, tailArgument));
        Handle<Operation> reply = await user.DequeueOwn(thread, Userland.PlainContext, DequeueUntil.SignalParked);
        if (reply.IsNone)
        {
            user.CancelIssued(thread, request.CancellationId);
            await user.Push(thread, user.Prepare.PosixCancel(thread, request.CancellationId, user.NextContext(thread)));
            reply = await user.DequeueOwn(thread, Userland.PlainContext, DequeueUntil.Completion);
        }

        return user.TakeReply(reply);
    }

    /// <inheritdoc/>
    public KernelTask<Message> RequestFromFile(Userland user, Handle<KernelThread> thread, uint lane, Message request) =>
        ordered.RequestFromFile(user, thread, lane, request);

    /// <inheritdoc/>
    public KernelTask<Errno> Sleep(Userland user, Handle<KernelThread> thread, long deadlineTicks) =>
        ordered.Sleep(user, thread, deadlineTicks);

    /// <inheritdoc/>
    public KernelTask<Handle<Operation>> AwaitCompletion(Userland user, Handle<KernelThread> thread) =>
        ordered.AwaitCompletion(user, thread);

    /// <inheritdoc/>
    public KernelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) => ordered.AdmitFromFile(server, arrival);

    /// <inheritdoc/>
    public KernelTask<Unit> CancelArrived(LaneServer server, Arrival arrival) => ordered.CancelArrived(server, arrival);

    /// <inheritdoc/>
    public KernelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        new(server.Register(thread, request.CancellationId));

    /// <inheritdoc/>
    public KernelTask<Unit> Conclude(ModelSystem system, Admission admission) => ordered.Conclude(system, admission);

    /// <inheritdoc/>
    public KernelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread) => default;

    /// <inheritdoc/>
    public KernelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread) => ordered.SignalParked(system, thread);

    /// <inheritdoc/>
    public void ThreadBegins(ModelSystem system, Handle<PosixThread> thread) => ordered.ThreadBegins(system, thread);

    /// <inheritdoc/>
    public void GuardEnded(ModelSystem system, Handle<PosixThread> thread) => ordered.GuardEnded(system, thread);

    /// <inheritdoc/>
    public KernelTask<Unit> ThreadKilled(ModelSystem system, Handle<PosixThread> thread) => ordered.ThreadKilled(system, thread);

    /// <inheritdoc/>
    public void ThreadEnds(ModelSystem system, Handle<PosixThread> thread) => ordered.ThreadEnds(system, thread);

    /// <inheritdoc/>
    public void ThreadEnded(ModelSystem system, Handle<PosixThread> thread) => ordered.ThreadEnded(system, thread);

    /// <inheritdoc/>
    public KernelTask<Unit> CancelRequested(
        ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file) => default;
}
