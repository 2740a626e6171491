// Serves requests on passthrough lanes (protocols/fs/src/server.cpp, servePassthrough): accepts in order, detaches each
// handler and accepts the next, so requests of one lane run concurrently and a cancel is just another request. A handler
// learns the caller's credentials by one more exchange before it can register; a cancel takes as many hops, and only that
// keeps the two in order. What a device's server does differently, how late it is and whether it looks at its token
// (FileBehaviour), is here, too; what a read returns is in FileOperations.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Protocols.OrderedProtocol;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Files;

/// <summary>The file protocol's server side, for the POSIX server's own files and for external file servers.</summary>
public sealed class LaneServer
{
    /// <summary>Hops between the end of a request and its reply where the server is late.</summary>
    private const int LateHops = 3;

    /// <summary>Hops before a request is admitted where the server is slow: a cancel is accepted one hop after its request, so
    /// with two more the request takes one hop more than its cancel.</summary>
    private const int SlowHops = 2;

    /// <summary>Hops before a cancel is looked up where the server is slow at that: as many as a read takes that finds its
    /// data.</summary>
    private const int SlowCancelHops = 3;

    private readonly ModelSystem system;
    private readonly World world;
    private readonly Dispatcher dispatcher;
    private readonly IFileServerSide side;

    internal LaneServer(ModelSystem system, Dispatcher dispatcher, IFileServerSide side)
    {
        this.system = system;
        world = system.World;
        this.dispatcher = dispatcher;
        this.side = side;
    }

    /// <summary>Order of the lanes beyond acceptance, where that is repaired and the protocol has none of its own.</summary>
    private Tickets? Order => side.KeepsOrder ? null : system.LaneOrder;

    /// <summary>Event loop of the server.</summary>
    public Dispatcher Dispatcher => dispatcher;

    /// <summary>Creates the passthrough lane of a file and serves it until the client end is gone.</summary>
    /// <param name="file">A file without a lane.</param>
    public void Open(Handle<OpenFile> file)
    {
        (Handle<Lane> client, Handle<Lane> server) = world.Lanes.Create(1);
        system.Files.Files[file].ClientLane = client;
        world.Lanes.HoldBy(server, dispatcher.Universe);
        system.Files.BeginUse(file);
        Serve(file, server).Detach();
    }

    private async ModelTask<Unit> Serve(Handle<OpenFile> file, Handle<Lane> lane)
    {
        uint scope = ScopeOf(lane);
        uint accepted = 0;
        while (true)
        {
            Handle<Operation> operation = dispatcher.PrepareExchange(lane);
            world.Lanes.AddItem(operation, ItemKind.Accept);
            world.Lanes.AddItem(operation, ItemKind.ReceiveInline);
            await dispatcher.Push(operation);
            HelError error = world.Lanes.Operations[operation].Items[0].Error;
            Handle<Lane> conversation = world.Lanes.Operations[operation].Items[0].Conversation;
            Message request = world.Lanes.Operations[operation].Items[1].Message;
            world.Lanes.Free(operation);
            if (error != HelError.None)
            {
                break;
            }

            var arrival = new Arrival
            {
                Conversation = conversation,
                Scope = scope,
                Lane = lane.Index,
                Request = request,
                Number = ++accepted,
            };
            side.Accepted(this, ref arrival);
            if (Order is { } order && IsCancellable(arrival))
            {
                arrival.Held = order.Open(arrival.Lane, arrival.Number);
            }

            ServeArrival(file, arrival).Detach();
        }

        world.Lanes.Release(lane);
        system.Files.EndUse(file);
        return default;
    }

    /// <summary>Where the requests of a lane are registered.</summary>
    private uint ScopeOf(Handle<Lane> lane) =>
        side.SharesRegistry ? CancellationRegistry.ServerScope | (uint)dispatcher.Party : lane.Index;

    /// <summary>Whether a request is of a class that the protocol is in charge of.</summary>
    /// <param name="arrival">The request, or a cancel.</param>
    /// <returns>True for those that will be admitted by it.</returns>
    public bool IsCancellable(in Arrival arrival) => (MessageKind)arrival.Request.Kind switch
    {
        MessageKind.Read => system.IsWired(CallKind.Read),
        MessageKind.Write => system.IsWired(CallKind.Write),
        _ => false,
    };

    /// <summary>Learns who asks: one exchange on the conversation.</summary>
    /// <param name="arrival">The request.</param>
    /// <returns>A request that nothing cancels.</returns>
    public async ModelTask<Admission> ExtractCredentials(Arrival arrival)
    {
        Handle<Operation> operation = dispatcher.PrepareExchange(arrival.Conversation);
        world.Lanes.AddItem(operation, ItemKind.Extract);
        await dispatcher.Push(operation);
        return Accept(operation, last: 0, arrival.Request);
    }

    /// <summary>Takes the event that was pushed with a request and learns who asks, in one exchange.</summary>
    /// <param name="arrival">The request.</param>
    /// <returns>A request with a descriptor and a token that nothing cancels yet.</returns>
    public async ModelTask<Admission> PullAndExtract(Arrival arrival)
    {
        Handle<Operation> operation = dispatcher.PrepareExchange(arrival.Conversation);
        world.Lanes.AddItem(operation, ItemKind.Pull).Descriptor.Rights = HelRights.Wait;
        world.Lanes.AddItem(operation, ItemKind.Extract);
        await dispatcher.Push(operation);
        uint descriptor = world.Lanes.Operations[operation].Items[0].Descriptor.Number;
        Admission admission = Accept(operation, last: 1, arrival.Request);
        return dispatcher.WithEvent(admission, descriptor);
    }

    /// <summary>Enters a request into the registry of its lane.</summary>
    /// <param name="arrival">The request.</param>
    /// <param name="admission">Who asks.</param>
    /// <returns>A request that a cancel message finds, or a refused one when the id is in use.</returns>
    public Admission Register(in Arrival arrival, Admission admission) => admission.IsAbandoned
        ? admission
        : system.Registry.Register(arrival.Scope, admission, arrival.Request.CancellationId);

    /// <summary>Takes a cancel in: looks the request up, and says nothing.</summary>
    /// <param name="arrival">The cancel.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Cancel(Arrival arrival)
    {
        Admission cancel = await TakeCancel(arrival);
        uint id = arrival.Request.CancellationId;
        if (cancel.IsAbandoned || system.Registry.Cancel(arrival.Scope, cancel.Credentials, id))
        {
            return default;
        }

        if (Order is not { } order)
        {
            system.Marks.Miss(cancel.Credentials, new MissedCancel(id, arrival.Lane, arrival.Number));
        }
        else if (order.HasOlder(arrival.Lane, arrival.Number))
        {
            order.Keep(
                new EarlyCancel { Scope = arrival.Lane, Credentials = cancel.Credentials, Id = id, Number = arrival.Number });
        }

        return default;
    }

    /// <summary>A request was admitted: a cancel that came behind it on its lane may have been looked up before.</summary>
    private void Settle(in Arrival arrival, in Admission admission, bool isWired)
    {
        if (!isWired)
        {
            return;
        }

        uint id = arrival.Request.CancellationId;
        bool isRegistered = !admission.IsAbandoned && !admission.Entry.IsNone;
        if (Order is not { } order)
        {
            if (isRegistered
                && system.Marks.WasMissed(admission.Credentials, new MissedCancel(id, arrival.Lane, arrival.Number)))
            {
                system.Marks.Mark(Repairs.LaneOrderKept | Repairs.CancelAwaitsRegistration);
            }

            return;
        }

        if (isRegistered && order.TryTake(arrival.Lane, admission.Credentials, id))
        {
            system.Registry.Cancel(admission.Entry);
        }

        order.Close(arrival);
    }

    /// <summary>Learns who wants to cancel something, as fast or as slowly as the server is at that.</summary>
    /// <param name="arrival">The cancel.</param>
    /// <returns>Who asks.</returns>
    public async ModelTask<Admission> TakeCancel(Arrival arrival)
    {
        // Window O3: Corpus/windows/read-equal-hops.scn
        Admission cancel = await ExtractCredentials(arrival);
        for (int hop = 0; hop < arrival.LookUpHops; hop++)
        {
            await dispatcher.Hop();
        }

        return cancel;
    }

    /// <summary>Answers a cancel.</summary>
    /// <param name="arrival">The cancel.</param>
    /// <param name="answer">What has become of it.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Answer(Arrival arrival, CancelAnswer answer)
    {
        Handle<Operation> operation = dispatcher.PrepareExchange(arrival.Conversation);
        ref Item item = ref world.Lanes.AddItem(operation, ItemKind.Send);
        item.Message.Kind = (ushort)MessageKind.Reply;
        item.Message.Argument0 = (int)answer;
        item.LengthBytes = MessageSize.Reply;
        await dispatcher.Push(operation);
        world.Lanes.Free(operation);
        return default;
    }

    private Admission Accept(Handle<Operation> operation, int last, in Message request)
    {
        ref Operation completed = ref world.Lanes.Operations[operation];
        var admission = new Admission
        {
            Credentials = completed.Items[last].Credentials,
            IsAbandoned = completed.Items[0].Error != HelError.None || completed.Items[last].Error != HelError.None,
        };
        world.Lanes.Free(operation);
        world.Note(NoteKind.RequestAccepted, request.Kind, admission.Credentials);
        return admission;
    }

    private async ModelTask<Unit> ServeArrival(Handle<OpenFile> file, Arrival arrival)
    {
        system.Files.BeginUse(file);
        if (arrival.Request.Kind == (ushort)MessageKind.CancelOperation)
        {
            arrival.LookUpHops = system.Files.BehaviourOf(file) == FileBehaviour.SlowCancel ? SlowCancelHops : 0;
            await side.CancelArrived(this, arrival);
        }
        else
        {
            await Transfer(file, arrival);
        }

        world.Lanes.Release(arrival.Conversation);
        system.Files.EndUse(file);
        return default;
    }

    private async ModelTask<Unit> Transfer(Handle<OpenFile> file, Arrival arrival)
    {
        bool isRead = arrival.Request.Kind == (ushort)MessageKind.Read;
        bool isWired = system.IsWired(isRead ? CallKind.Read : CallKind.Write);
        FileBehaviour behaviour = isRead ? system.Files.BehaviourOf(file) : FileBehaviour.Terminal;
        // Window S12: Corpus/windows/deaf-read-never-ends.scn
        arrival.IsUncancellable = behaviour == FileBehaviour.Deaf;
        // Window O3: Corpus/windows/slow-read-overtaken.scn
        // Window R2: Corpus/windows/slow-read-cancelled-first.scn
        for (int hop = 0; hop < SlowHops && behaviour == FileBehaviour.Slow; hop++)
        {
            await dispatcher.Hop();
        }

        Admission admission = isWired ? await side.AdmitFromFile(this, arrival) : await ExtractCredentials(arrival);
        Settle(arrival, admission, isWired);
        var result = new TransferResult(admission.Refusal, default);
        if (!admission.IsAbandoned && admission.Refusal == default)
        {
            system.Ledger.Requests.Began(
                admission.Credentials, isRead ? CallKind.Read : CallKind.Write, arrival.IsUncancellable);
            bool hasData = world.Events.IsCancelled(admission.Token) && system.Files.IsReady(file, isRead);
            var count = (uint)arrival.Request.Argument0;
            ModelTask<TransferResult> transfer = isRead
                ? system.Files.Read(file, count, arrival.IsUncancellable ? CancelToken.None : admission.Token)
                : system.Files.Write(file, count, admission.Token);
            system.SetSettled(admission.Credentials, !transfer.IsCompleted);
            result = await transfer;
            system.SetSettled(admission.Credentials, isSettled: false);
            if (result.Error != default && world.Has(Defect.ErrorBecomesInterrupted) && HasParkedSignal(admission.Credentials))
            {
                result = new TransferResult(Errno.EINTR, default);
            }
            else if (result.Error == Errno.EINTR)
            {
                system.Lemmas.Interrupted(admission.Credentials, hasData);
                system.Ledger.RequestCancelled(admission.Credentials, admission.CancellationId);
            }

            if (isWired)
            {
                await side.Conclude(system, admission);
            }

            system.Ledger.Requests.Ended(admission.Credentials);
        }

        if (result.IsBroken && system.Has(Repairs.BrokenPipeSignals))
        {
            await system.Posix.BreakPipe(admission.Credentials);
        }

        for (int hop = 0; hop < LateHops && behaviour == FileBehaviour.Late; hop++)
        {
            await dispatcher.Hop();
        }

        if (!admission.IsAbandoned)
        {
            // Window R4: Corpus/windows/read-duplicate-id.scn
            bool hasData = isRead && (admission.Refusal == default || system.Repaired(Repairs.RefusalsReplied));
            await Reply(arrival.Conversation, result, hasData, admission.Credentials);
        }

        return await dispatcher.Close(admission.Descriptor);
    }

    /// <summary>What no file server can know; only a planted defect asks.</summary>
    private bool HasParkedSignal(uint credentials)
    {
        Handle<PosixThread> thread = system.Posix.Processes.FindThread(system.StrandOfThread(credentials));
        return !thread.IsNone && system.Posix.Processes.Threads[thread].ParkedSignal != 0;
    }

    /// <summary>Replies; a read gets both parts that its caller has posted receives for, even when there are no data. A refused
    /// one does not, and its caller, who demands both, fails an assertion.</summary>
    private async ModelTask<Unit> Reply(Handle<Lane> conversation, TransferResult result, bool hasData, uint credentials)
    {
        world.Note(NoteKind.Replied, (long)result.Error, credentials);
        Handle<Operation> operation = dispatcher.PrepareExchange(conversation);
        ref Item status = ref world.Lanes.AddItem(operation, ItemKind.Send);
        status.Message.Kind = (ushort)MessageKind.Reply;
        status.Message.Error = result.Error;
        status.Message.Data = result.Data;
        status.LengthBytes = MessageSize.Reply;
        if (hasData)
        {
            ref Item data = ref world.Lanes.AddItem(operation, ItemKind.Send);
            data.Message.Data = result.Data;
            data.LengthBytes = (int)result.Data.Count;
        }

        await dispatcher.Push(operation);
        world.Lanes.Free(operation);
        return default;
    }
}
