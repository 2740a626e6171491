// A trap, kept to be shown: requests to the POSIX server are cancelled by a message on the posix lane, behind the request, as
// managarm issue 1440 proposes, and the server goes on to serve that lane as it does today, one request at a time. The order of
// the two is certain, and so is the result: the cancel is not accepted before the request that it is meant for has ended.
//   user    posix:   id from the counter, push (lazy), dequeue unless the flag is 2
//   user    cancel:  push CancelOperation(id) on the posix lane, wait for the reply
//   POSIX   request: enter the id into the thread's registry, serve it to its end, only then accept the next
//   POSIX   cancel:  look the id up
// Everything else as in `ordered`; but the lemmas, which it breaks, are not claimed.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols.OrderedProtocol;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols.Variants;

/// <summary>Cancels on the serially served posix lane.</summary>
/// <param name="ordered">What does everything else.</param>
public sealed class SerialCancel(Ordered ordered) : IProtocol, ILibrarySide
{
    /// <inheritdoc/>
    public string Name => "ordered-serial";

    /// <inheritdoc/>
    public string Summary => "a trap: cancels on the posix lane, which is served one request at a time; else as ordered";

    /// <inheritdoc/>
    public Limits Limits => ordered.Limits;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => ordered.IsWired(kind);

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system) =>
        SidesOf(ordered.Reserve(system), system);

    private ProtocolSides SidesOf(ProtocolSides sides, ModelSystem system) =>
        sides with { Library = this, Requests = new SerialRequests(system, sides.Requests), Claims = null };

    /// <inheritdoc/>
    public Repairs Windows => Repairs.SerialRequestJoinsEpoch;

    /// <inheritdoc/>
    public Repairs Repairs => ordered.Repairs;

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromPosix(
        UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        request.CancellationId = user.NextCancellationId(thread);
        await user.Push(thread, user.Prepare.PosixRequest(thread, request, tailArgument));
        Handle<Operation> reply = await user.DequeueOwn(thread, UserLibrary.PlainContext, DequeueUntil.SignalParked);
        if (reply.IsNone)
        {
            user.CancelIssued(thread, request.CancellationId);
            // Window 1440: Corpus/windows/waitpid-cancel-behind-request.scn
            user.Repaired(Repairs.SerialRequestJoinsEpoch);
            await user.Push(thread, user.Prepare.PosixCancel(thread, request.CancellationId, user.NextContext(thread)));
            reply = await user.DequeueOwn(thread, UserLibrary.PlainContext, DequeueUntil.Completion);
        }

        return user.TakeReply(reply);
    }

    /// <inheritdoc/>
    public ModelTask<Message> RequestFromFile(UserLibrary user, Handle<KernelThread> thread, uint lane, Message request) =>
        ordered.RequestFromFile(user, thread, lane, request);

    /// <inheritdoc/>
    public ModelTask<Errno> Sleep(UserLibrary user, Handle<KernelThread> thread, long deadlineTicks) =>
        ordered.Sleep(user, thread, deadlineTicks);

    /// <inheritdoc/>
    public ModelTask<Handle<Operation>> AwaitCompletion(UserLibrary user, Handle<KernelThread> thread) =>
        ordered.AwaitCompletion(user, thread);
}

/// <summary>What the POSIX server does with requests: as before there were epochs, unless that is repaired.</summary>
/// <param name="system">The system.</param>
/// <param name="repaired">What `ordered` does.</param>
internal sealed class SerialRequests(ModelSystem system, IPosixRequestSide repaired) : IPosixRequestSide
{
    /// <inheritdoc/>
    public ModelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        system.Has(Repairs.SerialRequestJoinsEpoch)
            ? repaired.AdmitFromPosix(server, thread, conversation, request)
            : new(server.Register(thread, request.CancellationId));

    /// <inheritdoc/>
    public ModelTask<Unit> Conclude(ModelSystem owner, Admission admission) => repaired.Conclude(owner, admission);
}
