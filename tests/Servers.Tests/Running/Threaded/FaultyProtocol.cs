// A protocol that does as another one until something is to be wrong: it throws or panics where a signal is parked, which is on
// the kernel's side, or where a read is requested, which is on the user's side.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers.Tests;

internal sealed class FaultyProtocol(IProtocol inner, FaultyProtocol.Place place) : IProtocol
{
    internal const string Message = "planted";

    /// <summary>Where the fault is and what it is.</summary>
    internal enum Place
    {
        KernelThrows,
        KernelPanics,
        UserThrows,
        UserPanics,
    }

    public string Name => "faulty";

    public string Summary => inner.Summary;

    public SubmissionMode Submission => inner.Submission;

    public bool SharesRegistry => inner.SharesRegistry;

    public bool RefusesSilently => inner.RefusesSilently;

    public bool IsWired(CallKind kind) => inner.IsWired(kind);

    public KernelTask<Message> RequestFromPosix(
        Userland user, Handle<KernelThread> thread, Message request, long? tailArgument) =>
        inner.RequestFromPosix(user, thread, request, tailArgument);

    public KernelTask<Message> RequestFromFile(Userland user, Handle<KernelThread> thread, uint lane, Message request)
    {
        if (place == Place.UserThrows)
        {
            Verify.Fail(Message);
        }

        request.Kind = place == Place.UserPanics ? (ushort)MessageKind.CancelOperation : request.Kind;
        return inner.RequestFromFile(user, thread, lane, request);
    }

    public KernelTask<Errno> Sleep(Userland user, Handle<KernelThread> thread, long deadlineTicks) =>
        inner.Sleep(user, thread, deadlineTicks);

    public KernelTask<Handle<Operation>> AwaitCompletion(Userland user, Handle<KernelThread> thread) =>
        inner.AwaitCompletion(user, thread);

    public KernelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) =>
        inner.AdmitFromFile(server, arrival);

    public KernelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        inner.AdmitFromPosix(server, thread, conversation, request);

    public KernelTask<Unit> Conclude(ModelSystem system, Admission admission) => inner.Conclude(system, admission);

    public KernelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread) =>
        inner.SignalAccepted(system, thread);

    public KernelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread)
    {
        if (place == Place.KernelThrows)
        {
            Verify.Fail(Message);
        }

        if (place == Place.KernelPanics)
        {
            system.World.Panic(PanicCode.BadThreadState);
        }

        return inner.SignalParked(system, thread);
    }

    public KernelTask<Unit> CancelRequested(
        ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file) =>
        inner.CancelRequested(system, thread, cancellationId, file);
}
