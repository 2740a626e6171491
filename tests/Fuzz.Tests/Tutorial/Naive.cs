// `naive`: the first idea that comes to mind, and wrong. A signal ends the call, so the thread returns EINTR as soon as it
// learns of one. Nobody tells the server. docs/tutorial-own-protocol.md takes it apart.
//   user    request:  push (lazily), dequeue unless a signal is parked
//   POSIX   parked:   flag 1 -> 2 while frozen, alert the thread's queue, resume
//   user    dequeue:  flag is 2 -> EINTR at once; the request is forgotten
//   user    guard exit: exchange the flag with 0; it was 2 -> superSigRaise
// Wired: read, waitpid, poll; sigsuspend and pause end by the signal itself.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Fuzz.Tests.Tutorial;

/// <summary>Returns EINTR at once and abandons the request.</summary>
public sealed class Naive : IProtocol, ILibrarySide, IPosixSignalSide
{
    /// <inheritdoc/>
    public string Name => "naive";

    /// <inheritdoc/>
    public string Summary => "the thread returns EINTR at once and abandons its request";

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) =>
        kind is CallKind.Read or CallKind.Waitpid or CallKind.Poll or CallKind.Sigsuspend or CallKind.Pause;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system) => new() { Library = this, Signals = this };

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromPosix(
        UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        await user.Push(thread, user.Prepare.PosixRequest(thread, request, tailArgument));
        Handle<Operation> completed = await user.Dequeue(thread, DequeueUntil.SignalParked);
        return completed.IsNone ? Interrupted : user.TakeReply(completed);
    }

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromFile(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        await user.Push(thread, user.Prepare.FileRequest(thread, lane, request, context: 0));
        Handle<Operation> completed = await user.Dequeue(thread, DequeueUntil.SignalParked);
        return completed.IsNone ? Interrupted : user.TakeReply(completed);
    }

    /// <inheritdoc/>
    public ModelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread) =>
        system.Posix.Observations.AlertQueue(thread);

    private static Message Interrupted => new() { Error = Errno.EINTR };
}
