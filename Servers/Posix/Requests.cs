// Requests on a thread's posix lane (posix/subsystem/src/requests.cpp): served one at a time, the next is accepted only when the
// handler of the last has finished. So the server may still be on its way back to the accept when the thread has long made its
// next request, and it is this distance that decides whether a cancel finds a request registered.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>Serves posix lanes.</summary>
public sealed class Requests
{
    private readonly ModelSystem system;
    private readonly PosixServer posix;
    private const Repairs KeepsCancels = Repairs.EarlyCancelKept | Repairs.CancelAwaitsRegistration;

    private readonly World world;
    private readonly ThreadTable<uint> keptCancels;

    internal Requests(ModelSystem system, PosixServer posix)
    {
        this.system = system;
        this.posix = posix;
        world = system.World;
        keptCancels = system.Has(KeepsCancels) ? ThreadTable<uint>.OfKernelThreads(system) : default;
    }

    /// <summary>Event loop of the server.</summary>
    public Dispatcher Dispatcher => posix.Dispatcher;

    /// <summary>Serves the posix lane of a thread until it is shut down.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Run(Handle<PosixThread> thread)
    {
        Handle<Lane> lane = posix.Processes.Thread(thread).PosixLane;
        while (true)
        {
            Handle<Operation> operation = posix.Dispatcher.PrepareExchange(lane);
            world.Lanes.AddItem(operation, ItemKind.Accept);
            world.Lanes.AddItem(operation, ItemKind.ReceiveInline);
            await posix.Dispatcher.Push(operation);
            HelError error = world.Lanes.Operations[operation].Items[0].Error;
            Handle<Lane> conversation = world.Lanes.Operations[operation].Items[0].Conversation;
            Message request = world.Lanes.Operations[operation].Items[1].Message;
            world.Lanes.Free(operation);
            if (error != HelError.None)
            {
                break;
            }

            world.Note(NoteKind.RequestAccepted, request.Kind, posix.Processes.Thread(thread).Strand);
            await Serve(thread, conversation, request);
            world.Lanes.Release(conversation);
        }

        world.Lanes.Release(lane);
        posix.Processes.Thread(thread).AreRequestsDone = true;
        world.Events.Ring(ref posix.Processes.Thread(thread).DoneBell);
        return default;
    }

    /// <summary>Cancels a running request of a thread (Process::cancelPosixRequest).</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="cancellationId">Id of the request; unknown ids and 0 do nothing.</param>
    public void Cancel(Handle<PosixThread> thread, uint cancellationId)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(thread).Kernel;
        if (cancellationId == 0 || system.Registry.Cancel(ScopeOf(thread), kernel.Index, cancellationId))
        {
            return;
        }

        // The library knows whether it has driven its queue, and would say so with the cancel.
        Handle<IpcQueue> queue = world.Threads[kernel].Queue;
        bool isSent = !world.Queues.IsLive(queue) || !world.Queues.HasUnsubmitted(queue);
        if (isSent && system.Has(KeepsCancels))
        {
            keptCancels[kernel.Index] = cancellationId;
        }
        else if (isSent)
        {
            system.Marks.Miss(kernel.Index, new MissedCancel(cancellationId, Lane: 0, Number: 1));
        }
    }

    /// <summary>A thread is to end, and whoever serves it is waited for.</summary>
    /// <param name="thread">The thread.</param>
    internal void ThreadEnds(Handle<PosixThread> thread)
    {
        // Window T8: Corpus/windows/exit-waits-for-waitpid.scn
        Handle<RegistryEntry> served = system.Registry.FindIn(ScopeOf(thread));
        if (!served.IsNone && system.Repaired(Repairs.EndingRequestCancelled))
        {
            system.Registry.CancelForEnd(served);
        }
    }

    /// <summary>Waits until one of the files of a poll request is ready, an event beats a cancel.</summary>
    /// <param name="request">The request: files and events.</param>
    /// <param name="process">The calling process.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Number of ready files; 0 when the wait was cancelled.</returns>
    public async ModelTask<int> WaitForFiles(Message request, Handle<Process> process, CancelToken token)
    {
        if (world.Has(Defect.CancelBeforeData) && world.Events.IsCancelled(token))
        {
            return 0;
        }

        while (true)
        {
            int ready = CountReady(request, process);
            if (ready > 0 || !await WaitForBells(request, process, token))
            {
                return ready > 0 ? ready : CountReady(request, process);
            }

            if (world.Has(Defect.PollReadyOnEmptyWake))
            {
                return 1;
            }

            if (world.Has(Defect.PollNotRearmed) && CountReady(request, process) == 0)
            {
                await world.Events.Wait(ref posix.Processes[process].TerminationBell, token);
            }
        }
    }

    /// <summary>Number of files of a poll request that are ready now.</summary>
    /// <param name="request">The request.</param>
    /// <param name="process">The calling process.</param>
    /// <returns>Ready files; one that is not open counts (POLLNVAL).</returns>
    public int CountReady(in Message request, Handle<Process> process) =>
        CountReady(process, request.Argument0, (PollEvents)request.Argument1)
        + CountReady(process, request.Argument2, (PollEvents)request.Argument3);

    /// <summary>Takes the event that was pushed with a request.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="conversation">Conversation lane of the request.</param>
    /// <returns>A request with a descriptor and a token that nothing cancels yet.</returns>
    public async ModelTask<Admission> Pull(Handle<PosixThread> thread, Handle<Lane> conversation)
    {
        Handle<Operation> operation = posix.Dispatcher.PrepareExchange(conversation);
        world.Lanes.AddItem(operation, ItemKind.Pull).Descriptor.Rights = HelRights.Wait;
        await posix.Dispatcher.Push(operation);
        Item pulled = world.Lanes.Operations[operation].Items[0];
        world.Lanes.Free(operation);
        Admission admission = Uncancelled(thread);
        admission.IsAbandoned = pulled.Error != HelError.None;
        return posix.Dispatcher.WithEvent(admission, pulled.Descriptor.Number);
    }

    /// <summary>Enters a request into the registry of its thread.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="id">Its cancellation id.</param>
    /// <returns>A request that superCancel finds, or a refused one when the id is in use.</returns>
    public Admission Register(Handle<PosixThread> thread, uint id)
    {
        Admission admission = system.Registry.Register(ScopeOf(thread), Uncancelled(thread), id);
        if (admission.Entry.IsNone)
        {
            return admission;
        }

        uint credentials = admission.Credentials;
        if (system.Has(KeepsCancels) && keptCancels[credentials] == id)
        {
            keptCancels[credentials] = 0;
            system.Registry.Cancel(admission.Entry);
        }
        else if (system.Marks.WasMissed(credentials, new MissedCancel(id, Lane: 0, Number: 0)))
        {
            system.Marks.Mark(KeepsCancels);
        }

        if (posix.Processes.Thread(thread).IsInTermination && system.Repaired(Repairs.EndingRequestCancelled))
        {
            system.Registry.CancelForEnd(admission.Entry);
        }

        return admission;
    }

    /// <summary>A request that nothing cancels.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>The request.</returns>
    public Admission Uncancelled(Handle<PosixThread> thread) =>
        new() { Credentials = posix.Processes.Thread(thread).Kernel.Index };

    private async ModelTask<Unit> Serve(Handle<PosixThread> thread, Handle<Lane> conversation, Message request)
    {
        Handle<Process> process = posix.Processes.Thread(thread).Process;
        var reply = new Message { Kind = (ushort)MessageKind.Reply };
        switch ((MessageKind)request.Kind)
        {
            case MessageKind.PipeCreate:
                reply.Error = CreatePipe(process, request);
                break;
            case MessageKind.Close:
                reply.Error = posix.Processes.Files.Detach(process, request.Argument0) ? default : Errno.EBADF;
                break;
            case MessageKind.Sigaction:
                reply.Error = posix.Signals.ChangeAction(
                    thread, request.Argument0, (SignalDisposition)request.Argument1, (SignalActionFlags)request.Argument2);
                break;
            case MessageKind.CancelOperation:
                Cancel(thread, request.CancellationId);
                return default;
            case MessageKind.Wait:
                return await ServeCancellable(CallKind.Waitpid, thread, conversation, request, timeoutTicks: 0);
            default:
                return await ServeCancellable(
                    CallKind.Poll, thread, conversation, request, await ReceiveTail(conversation));
        }

        return await Reply(conversation, reply, posix.Processes.Thread(thread).Strand);
    }

    private async ModelTask<Unit> ServeCancellable(
        CallKind kind, Handle<PosixThread> thread, Handle<Lane> conversation, Message request, long timeoutTicks)
    {
        bool isWired = system.IsWired(kind);
        Admission admission = isWired
            ? await system.Sides.Requests.AdmitFromPosix(this, thread, conversation, request)
            : Uncancelled(thread);
        if (admission.Refusal != default && system.Sides.Requests.RefusesSilently && !system.Repaired(Repairs.RefusalsReplied))
        {
            return default;
        }

        var reply = new Message { Kind = (ushort)MessageKind.Reply, Error = admission.Refusal };
        if (!admission.IsAbandoned && admission.Refusal == default)
        {
            system.Ledger.Requests.Began(admission.Credentials, kind, isDeaf: false);
            bool hasNews = world.Events.IsCancelled(admission.Token) && HasNews(kind, thread, request);
            ModelTask<Message> serving = kind == CallKind.Waitpid
                ? Wait(thread, request, admission.Token)
                : Poll(thread, request, timeoutTicks, admission.Token);
            system.SetSettled(admission.Credentials, !serving.IsCompleted);
            reply = await serving;
            system.SetSettled(admission.Credentials, isSettled: false);
            if (reply.Error == Errno.EINTR)
            {
                system.Lemmas.Interrupted(admission.Credentials, hasNews);
                system.Ledger.RequestCancelled(admission.Credentials, admission.CancellationId);
            }

            if (isWired)
            {
                await system.Sides.Requests.Conclude(system, admission);
            }

            system.Ledger.Requests.Ended(admission.Credentials);
        }

        await Reply(conversation, reply, posix.Processes.Thread(thread).Strand);
        return await posix.Dispatcher.Close(admission.Descriptor);
    }

    private bool HasNews(CallKind kind, Handle<PosixThread> thread, in Message request)
    {
        Handle<Process> process = posix.Processes.Thread(thread).Process;
        return kind == CallKind.Waitpid
            ? posix.Processes.Children.HasZombie(process, request.Argument0)
            : CountReady(request, process) > 0;
    }

    private async ModelTask<long> ReceiveTail(Handle<Lane> conversation)
    {
        Handle<Operation> operation = posix.Dispatcher.PrepareExchange(conversation);
        world.Lanes.AddItem(operation, ItemKind.ReceiveBuffer).LengthBytes = MessageSize.Tail;
        await posix.Dispatcher.Push(operation);
        long argument = world.Lanes.Operations[operation].Items[0].Message.LongArgument;
        world.Lanes.Free(operation);
        return argument;
    }

    private async ModelTask<Unit> Reply(Handle<Lane> conversation, Message reply, int strand)
    {
        world.Note(NoteKind.Replied, (long)reply.Error, strand);
        Handle<Operation> operation = posix.Dispatcher.PrepareExchange(conversation);
        ref Item item = ref world.Lanes.AddItem(operation, ItemKind.Send);
        item.Message = reply;
        item.LengthBytes = MessageSize.Reply;
        await posix.Dispatcher.Push(operation);
        world.Lanes.Free(operation);
        return default;
    }

    private Errno CreatePipe(Handle<Process> process, in Message request)
    {
        (Handle<OpenFile> read, Handle<OpenFile> write) = system.Files.CreatePipe(request.Argument0);
        if (read.IsNone)
        {
            return Errno.EMFILE;
        }

        posix.Lanes.Open(read);
        posix.Lanes.Open(write);
        return system.BindPipe(process, request.Argument0, read, write) ? default : Errno.EMFILE;
    }

    private async ModelTask<Message> Wait(Handle<PosixThread> thread, Message request, CancelToken token)
    {
        Handle<Process> process = posix.Processes.Thread(thread).Process;
        long result = await posix.Processes.Children.Wait(process, request.Argument0, (WaitFlags)request.Argument1, token);
        return new Message
        {
            Kind = (ushort)MessageKind.Reply,
            Argument0 = result < 0 ? 0 : (int)result,
            Error = result < 0 ? (Errno)(-result) : default,
        };
    }

    private async ModelTask<Message> Poll(Handle<PosixThread> thread, Message request, long timeoutTicks, CancelToken token)
    {
        int ready = await PollUntil(thread, request, timeoutTicks, token);
        return new Message
        {
            Kind = (ushort)MessageKind.Reply,
            Argument0 = ready,
            Error = ready == 0 && world.Events.IsCancelled(token) ? Errno.EINTR : default,
        };
    }

    private async ModelTask<int> PollUntil(Handle<PosixThread> thread, Message request, long timeoutTicks, CancelToken token)
    {
        Handle<Process> process = posix.Processes.Thread(thread).Process;
        if (timeoutTicks == 0)
        {
            return CountReady(request, process);
        }

        if (world.Events.IsCancelled(token) && !world.Has(Defect.TimedWaitCancelledFirst))
        {
            // A timed wait cannot begin as cancelled: the cancel by its tag would be submitted before it and find nothing.
            return CountReady(request, process);
        }

        if (timeoutTicks < 0)
        {
            return await WaitForFiles(request, process, token);
        }

        long deadlineTicks = world.Timers.ReadClock() + timeoutTicks;
        while (true)
        {
            int ready = await RaceDeadline(request, process, deadlineTicks, token);
            if (ready > 0 || world.Events.IsCancelled(token) || world.Timers.ReadClock() >= deadlineTicks)
            {
                return ready;
            }
        }
    }

    /// <summary>What was ready when the wait ended may have been taken by somebody else since; then the result is 0 although
    /// there is time left.</summary>
    private async ModelTask<int> RaceDeadline(
        Message request, Handle<Process> process, long deadlineTicks, CancelToken token)
    {
        using var scope = CancelScope.Open(world.Events, token);
        ModelTask<Unit> sleep = Sleep(deadlineTicks, scope.Token);
        ModelTask<Unit> wait = IgnoreResult(WaitForFiles(request, process, scope.Token));
        await new TaskRace(sleep, wait, scope);
        return CountReady(request, process);
    }

    private async ModelTask<Unit> Sleep(long deadlineTicks, CancelToken token)
    {
        Handle<Operation> operation = posix.Dispatcher.PrepareSleep(deadlineTicks);
        int registration = world.Events.CancelOperationWith(token, operation);
        await posix.Dispatcher.Push(operation);
        world.Events.ForgetOperation(registration);
        world.Lanes.Free(operation);
        return default;
    }

    private static async ModelTask<Unit> IgnoreResult(ModelTask<int> task)
    {
        await task;
        return default;
    }

    private BellWait WaitForBells(in Message request, Handle<Process> process, CancelToken token)
    {
        ref Bell first = ref BellOf(process, request.Argument0);
        ref Bell second = ref request.Argument2 < 0 ? ref first : ref BellOf(process, request.Argument2);
        return world.Events.Wait(ref first, ref second, world.Has(Defect.PollIgnoresToken) ? CancelToken.None : token);
    }

    private ref Bell BellOf(Handle<Process> process, int number) =>
        ref system.Files.StatusBell(posix.Processes[process].Files[number]);

    private int CountReady(Handle<Process> process, int number, PollEvents events)
    {
        if (number < 0)
        {
            return 0;
        }

        Handle<OpenFile> file = number < Universe.MaxFiles ? posix.Processes[process].Files[number] : default;
        return file.IsNone || system.Files.Poll(file, events) != PollEvents.None ? 1 : 0;
    }

    private static uint ScopeOf(Handle<PosixThread> thread) => CancellationRegistry.ThreadScope | thread.Index;
}
