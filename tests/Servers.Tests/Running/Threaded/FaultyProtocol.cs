// A protocol that does as another one until something is to be wrong: it throws or panics where a signal is parked, which is on
// the kernel's side, or where a read is requested, which is on the user's side.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Tests.Running.Threaded;

internal sealed class FaultyProtocol(Tristate inner, FaultyProtocol.Place place) : IProtocol, ILibrarySide, IPosixSignalSide
{
    internal const string Message = "planted";

    /// <summary>Where the defect is and what it is.</summary>
    internal enum Place
    {
        KernelThrows,
        KernelPanics,
        UserThrows,
        UserPanics,
    }

    public string Name => "faulty";

    public string Summary => inner.Summary;

    public bool IsWired(CallKind kind) => inner.IsWired(kind);

    public ProtocolSides Reserve(ModelSystem system) => inner.Reserve(system) with { Library = this, Signals = this };

    public ModelTask<Message> RequestFromPosix(
        UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument) =>
        inner.RequestFromPosix(user, thread, request, tailArgument);

    public ModelTask<Message> RequestFromFile(UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        if (place == Place.UserThrows)
        {
            Verify.Fail(Message);
        }

        request.Kind = place == Place.UserPanics ? (ushort)MessageKind.CancelOperation : request.Kind;
        return inner.RequestFromFile(user, thread, lane, request);
    }

    public ModelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread)
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
}
