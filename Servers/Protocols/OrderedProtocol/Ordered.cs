// `ordered`: no generation of Managarm's but a proposal (docs/protocols/ordered.md). Nobody sends a cancel to the POSIX server
// any more: it knows itself when it parks a signal, so the requests that it serves wait on the epoch of their thread's guard.
// A request on a file's lane is cancelled by the thread on the same lane, and the server remembers a cancel that comes before
// its request has registered. The guard flag is that of `tristate`.
//   user    posix:   push (lazy), wait for the reply, whatever comes; no id                  posix-pipe.hpp
//   POSIX   request: join the epoch that the thread has now, wait for {bell, epoch}          requests.cpp
//   POSIX   parked:  flag 1 -> 2 while frozen, cancel the epoch, alert the queue, resume     observations.cpp
//   POSIX   raised:  a fresh epoch for the next guard; the former lives as long as requests  observations.cpp, superSigRaise
//   user    file:    id from the counter; lane and id to the page; look at the table again   exchangeMsgsSyncCancelViaLane
//   user    file:    push (lazy), dequeue unless the flag is 2; after the reply 0 to the page
//   server  accept:  number it, and open a ticket for a request, before the next accept      server.cpp, servePassthrough
//   server  request: credentials; enter (credentials, id), take an early cancel; close       server.cpp, handleMessages
//   user    cancel:  push CancelOperation(id) on the same lane with a context of its own,
//                    wait for the reply to the request; the answer may come late             exchangeMsgsSyncCancelViaLane
//   server  cancel:  found: cancel; an older ticket is open: keep it; else: too late; answer cancel-events.hpp
//   POSIX   close:   a lane that a page names stays open, condemned, until none does          process.cpp, FileContext
//   POSIX   killed:  the cancel of what the thread's page names, in its name                 process.cpp
//   user    guard exit: exchange the flag with 0; it was 2 -> superSigRaise, which tells
//                    whether the call may start over                                         entry.cpp, ~SignalGuard
// Wired: every call that can wait. It brings all Repairs. What it remembers is beside this file: Epochs.cs, Tickets.cs.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols.OrderedProtocol;

/// <summary>The proposal: epochs in the POSIX server, tickets on lanes. The library's side is here.</summary>
public sealed class Ordered : IProtocol, ILibrarySide
{
    /// <inheritdoc/>
    public string Name => "ordered";

    /// <inheritdoc/>
    public string Summary => "a proposal: guard epochs in the POSIX server, tickets and early cancels on lanes";

    /// <inheritdoc/>
    public Limits Limits => Limits.DeafServers;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => CallTable.Of(kind).IsInterruptible;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system)
    {
        var epochs = new Epochs(system);
        var tickets = new Tickets(system);
        var posix = new OrderedPosix(epochs);
        return new ProtocolSides
        {
            Library = this,
            Files = new OrderedFiles(system, tickets),
            Requests = posix,
            Signals = posix,
            Claims = new OrderedClaims(epochs, tickets),
        };
    }

    /// <inheritdoc/>
    public Repairs Repairs => Repairs.LaneErrorsReported | Repairs.CallsRestart | Repairs.SuspendMaskHolds;

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromPosix(
        UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument)
    {
        await user.Push(thread, user.Prepare.PosixRequest(thread, request, tailArgument));
        return user.TakeReply(await AwaitCompletion(user, thread));
    }

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromFile(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        request.CancellationId = user.NextCancellationId(thread);
        bool isOpen = !user.Has(Defect.OpenCheckedBeforePublished) || await user.IsOpen(thread, request.Argument1, lane);
        await user.Page.PublishRequest(thread, request.CancellationId, lane, request.Argument1);
        isOpen = user.Has(Defect.OpenCheckedBeforePublished) ? isOpen : await user.IsOpen(thread, request.Argument1, lane);
        Message reply = isOpen
            ? await Exchange(user, thread, lane, request)
            : new Message { Kind = (ushort)MessageKind.Reply, Error = Errno.EBADF };
        await user.Page.WithdrawRequest(thread);
        return reply;
    }

    private static async ModelTask<Message> Exchange(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        await user.Push(thread, user.Prepare.FileRequest(thread, lane, request, UserLibrary.PlainContext));
        Handle<Operation> reply = await user.DequeueOwn(thread, UserLibrary.PlainContext, DequeueUntil.SignalParked);
        if (!reply.IsNone)
        {
            return user.TakeReply(reply);
        }

        user.CancelIssued(thread, request.CancellationId);
        ulong context = await PushCancel(user, thread, lane, request.CancellationId);
        while (true)
        {
            Handle<Operation> completed = await user.Dequeue(thread, DequeueUntil.Completion);
            if (user.ContextOf(completed) == UserLibrary.PlainContext)
            {
                return user.TakeReply(completed);
            }

            bool isUnanswered = user.ContextOf(completed) == context && user.AnswerOf(completed) == CancelAnswer.Unknown;
            user.DropLate(completed);
            if (isUnanswered && user.Has(Defect.AnswerAwaited))
            {
                context = await PushCancel(user, thread, lane, request.CancellationId);
            }
        }
    }

    /// <inheritdoc/>
    public async ModelTask<Errno> Sleep(UserLibrary user, Handle<KernelThread> thread, long deadlineTicks)
    {
        Handle<Operation> sleep = user.Prepare.Sleep(thread, deadlineTicks, UserLibrary.PlainContext);
        ulong tag = user.TagOf(sleep);
        await user.Push(thread, sleep);
        Handle<Operation> completed = await user.DequeueOwn(thread, UserLibrary.PlainContext, DequeueUntil.SignalParked);
        if (completed.IsNone)
        {
            await user.Push(thread, user.Prepare.TagCancel(thread, tag));
            completed = await AwaitCompletion(user, thread);
        }

        return user.TakeError(completed) == HelError.None ? default : Errno.EINTR;
    }

    /// <inheritdoc/>
    public ModelTask<Handle<Operation>> AwaitCompletion(UserLibrary user, Handle<KernelThread> thread) =>
        user.DequeueOwn(thread, UserLibrary.PlainContext, DequeueUntil.Completion);

    private static async ModelTask<ulong> PushCancel(
        UserLibrary user, Handle<KernelThread> thread, uint lane, uint cancellationId)
    {
        ulong context = user.Has(Defect.ContextShared) ? UserLibrary.PlainContext : user.NextContext(thread);
        await user.Push(thread, user.Prepare.AnsweredCancel(thread, lane, cancellationId, context));
        return context;
    }
}

/// <summary>The file server's side of `ordered`: arrivals are numbered, requests hold tickets, cancels are answered.</summary>
internal sealed class OrderedFiles(ModelSystem system, Tickets tickets) : IFileServerSide
{
    /// <inheritdoc/>
    public bool KeepsOrder => true;

    /// <inheritdoc/>
    public void Accepted(LaneServer server, ref Arrival arrival)
    {
        if (server.IsCancellable(arrival) && !system.World.Has(Defect.TicketTakenLate))
        {
            arrival.Held = tickets.Open(arrival.Lane, arrival.Number);
        }
    }

    /// <inheritdoc/>
    public async ModelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival)
    {
        Admission admission = await server.ExtractCredentials(arrival);
        if (system.World.Has(Defect.TicketTakenLate))
        {
            arrival.Held = tickets.Open(arrival.Lane, arrival.Number);
        }

        if (!admission.IsAbandoned)
        {
            admission = tickets.Register(arrival, admission);
        }

        if (!system.World.Has(Defect.TicketKeptOpen) || !arrival.IsUncancellable)
        {
            tickets.Close(arrival);
        }

        return admission;
    }

    /// <inheritdoc/>
    public async ModelTask<Unit> CancelArrived(LaneServer server, Arrival arrival)
    {
        Admission cancel = await server.TakeCancel(arrival);
        return cancel.IsAbandoned
            ? default
            : await server.Answer(arrival, tickets.Cancel(arrival, cancel.Credentials));
    }

    /// <inheritdoc/>
    public void ServerDied(int party) => tickets.ForgetServer(party);
}

/// <summary>The POSIX server's side of `ordered`: requests join the epoch of their thread, which is cancelled when a signal is
/// parked.</summary>
internal sealed class OrderedPosix(Epochs epochs) : IPosixRequestSide, IPosixSignalSide
{
    /// <inheritdoc/>
    public Repairs Repairs => Repairs.WaitForNamedChild | Repairs.SuspendUntilParked | Repairs.ExecBeginsUnguarded
        | Repairs.FatalAfterGrace | Repairs.BrokenPipeEndsWrite | Repairs.WritesWaitForRoom | Repairs.BrokenPipeSignals
        | Repairs.SignalsMerge;

    /// <inheritdoc/>
    public bool HoldsLanes => true;

    /// <inheritdoc/>
    public bool AlertsQueue => true;

    /// <inheritdoc/>
    public int SourcesPerThread => 1;

    /// <inheritdoc/>
    public ModelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        new(epochs.Join(thread, server.Uncancelled(thread)));

    /// <inheritdoc/>
    public ModelTask<Unit> Conclude(ModelSystem system, Admission admission)
    {
        system.Registry.Unregister(admission);
        epochs.Leave(admission);
        return default;
    }

    /// <inheritdoc/>
    public ModelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread)
    {
        if (system.World.Has(Defect.EpochRenewedWhenParked))
        {
            epochs.Renew(thread);
        }

        epochs.Cancel(thread);
        return system.World.Has(Defect.AlertForgotten) ? default : system.Posix.Observations.AlertQueue(thread);
    }

    /// <inheritdoc/>
    public CancelToken ParkedToken(Handle<PosixThread> thread) => epochs.TokenOf(thread);

    /// <inheritdoc/>
    public void GuardEnded(ModelSystem system, Handle<PosixThread> thread)
    {
        if (!system.World.Has(Defect.EpochNotRenewed))
        {
            epochs.Renew(thread);
        }

        system.Posix.Processes.Files.CloseCondemned(system.Posix.Processes.Thread(thread).Process);
    }

    /// <inheritdoc/>
    public void ThreadBegins(ModelSystem system, Handle<PosixThread> thread) => epochs.Renew(thread);

    /// <inheritdoc/>
    public ModelTask<Unit> ThreadKilled(ModelSystem system, Handle<PosixThread> thread) =>
        system.World.Has(Defect.KilledRequestKept) ? default : system.Posix.Cancels.SendForKilled(thread);

    /// <inheritdoc/>
    public void ThreadEnds(ModelSystem system, Handle<PosixThread> thread) => epochs.Cancel(thread);

    /// <inheritdoc/>
    public void ThreadEnded(ModelSystem system, Handle<PosixThread> thread)
    {
        epochs.Retire(thread);
        system.Posix.Processes.Files.CloseCondemned(system.Posix.Processes.Thread(thread).Process);
    }
}

/// <summary>What the judge of the lemmas sees of `ordered`.</summary>
internal sealed class OrderedClaims(Epochs epochs, Tickets tickets) : ILemmaClaims
{
    /// <inheritdoc/>
    public bool HasUnsettledArrivals => tickets.OpenCount > 0 || tickets.EarlyCount > 0;

    /// <inheritdoc/>
    public int EpochCount => epochs.LiveCount;

    /// <inheritdoc/>
    public ServedRequest ServedRequestOf(Handle<PosixThread> thread) => epochs.ServedRequestOf(thread);
}
