// A world in which not everybody speaks the same protocol: the library, the POSIX server and the external file servers each do as
// one of them says. That is what a change looks like while it is being made, so it has to work, and what is promised then is what
// the older side allows. The lanes carry the same messages; who does not know the answer to a cancel drops the conversation.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>Three protocols at once.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="library">What user threads do.</param>
/// <param name="posix">What the POSIX server does, for its own files, too.</param>
/// <param name="files">What the external file servers do.</param>
public sealed class Mixed(string name, IProtocol library, IProtocol posix, IProtocol files) : IProtocol
{
    private const Repairs OfLibrary = Repairs.LaneErrorsReported | Repairs.CallsRestart | Repairs.SuspendMaskHolds;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Summary => $"library as {library.Name}, POSIX server as {posix.Name}, file servers as {files.Name}";

    /// <inheritdoc/>
    public SubmissionMode Submission => library.Submission;

    /// <inheritdoc/>
    public Repairs Repairs => (library.Repairs & OfLibrary) | (posix.Repairs & ~OfLibrary);

    /// <inheritdoc/>
    public Limits Limits => library.Limits | posix.Limits | files.Limits;

    /// <inheritdoc/>
    public bool HoldsLanes => posix.HoldsLanes;

    /// <inheritdoc/>
    public bool NumbersArrivals(LaneServer server) => Of(server).NumbersArrivals(server);

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => library.IsWired(kind);

    /// <inheritdoc/>
    public bool CanWire(CallKind kind) => library.CanWire(kind);

    /// <inheritdoc/>
    public KernelTask<Message> RequestFromPosix(
        Userland user, Handle<KernelThread> thread, Message request, long? tailArgument) =>
        library.RequestFromPosix(user, thread, request, tailArgument);

    /// <inheritdoc/>
    public KernelTask<Message> RequestFromFile(Userland user, Handle<KernelThread> thread, uint lane, Message request) =>
        library.RequestFromFile(user, thread, lane, request);

    /// <inheritdoc/>
    public KernelTask<Errno> Sleep(Userland user, Handle<KernelThread> thread, long deadlineTicks) =>
        library.Sleep(user, thread, deadlineTicks);

    /// <inheritdoc/>
    public KernelTask<Handle<Operation>> AwaitCompletion(Userland user, Handle<KernelThread> thread) =>
        library.AwaitCompletion(user, thread);

    /// <inheritdoc/>
    public KernelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) => Of(server).AdmitFromFile(server, arrival);

    /// <inheritdoc/>
    public KernelTask<Unit> CancelArrived(LaneServer server, Arrival arrival) => Of(server).CancelArrived(server, arrival);

    /// <inheritdoc/>
    public KernelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        posix.AdmitFromPosix(server, thread, conversation, request);

    /// <inheritdoc/>
    public KernelTask<Unit> Conclude(ModelSystem system, Admission admission) => posix.Conclude(system, admission);

    /// <inheritdoc/>
    public KernelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread) =>
        posix.SignalAccepted(system, thread);

    /// <inheritdoc/>
    public KernelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread) => posix.SignalParked(system, thread);

    /// <inheritdoc/>
    public void ThreadBegins(ModelSystem system, Handle<PosixThread> thread) => posix.ThreadBegins(system, thread);

    /// <inheritdoc/>
    public void GuardEnded(ModelSystem system, Handle<PosixThread> thread) => posix.GuardEnded(system, thread);

    /// <inheritdoc/>
    public KernelTask<Unit> ThreadKilled(ModelSystem system, Handle<PosixThread> thread) => posix.ThreadKilled(system, thread);

    /// <inheritdoc/>
    public void ThreadEnds(ModelSystem system, Handle<PosixThread> thread) => posix.ThreadEnds(system, thread);

    /// <inheritdoc/>
    public void ThreadEnded(ModelSystem system, Handle<PosixThread> thread) => posix.ThreadEnded(system, thread);

    /// <inheritdoc/>
    public KernelTask<Unit> CancelRequested(
        ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file) =>
        posix.CancelRequested(system, thread, cancellationId, file);

    private IProtocol Of(LaneServer server) => server.IsPosix ? posix : files;
}
