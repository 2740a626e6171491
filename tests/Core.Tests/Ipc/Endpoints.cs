// Two parties with a queue each and a lane between them, driven by hand: what tests of lanes need to submit exchanges and to
// look at their results.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Tests.Ipc;

/// <summary>A client and a server on one lane.</summary>
internal sealed class Endpoints : IDisposable
{
    private readonly TestWorld test = new();

    internal Endpoints()
    {
        int clientParty = test.Add(() => new ModelTask<Unit>(default(Unit)));
        int serverParty = test.Add(() => new ModelTask<Unit>(default(Unit)));
        ClientQueue = World.Queues.Create(clientParty, default, 1024, 4);
        ServerQueue = World.Queues.Create(serverParty, default, 1024, 4);
        (ClientLane, ServerLane) = World.Lanes.Create(1);
        ClientUniverse = World.Universes.Create();
        ServerUniverse = World.Universes.Create();
    }

    internal World World => test.World;

    internal Handle<IpcQueue> ClientQueue { get; }

    internal Handle<IpcQueue> ServerQueue { get; }

    internal Handle<Universe> ClientUniverse { get; }

    internal Handle<Universe> ServerUniverse { get; }

    internal Handle<Lane> ClientLane { get; }

    internal Handle<Lane> ServerLane { get; }

    /// <summary>Submits an exchange and lets the kernel perform it.</summary>
    internal Handle<Operation> Submit(Handle<IpcQueue> queue, Handle<Lane> lane, params ItemKind[] items)
    {
        Handle<Operation> operation = Prepare(queue, lane);
        int number = 0;
        foreach (ItemKind kind in items)
        {
            ref Item item = ref World.Lanes.AddItem(operation, kind);
            item.Message.Argument0 = (int)(operation.Index * 10) + number++;
            item.Flags |= kind == ItemKind.Offer && items.Length == 1 ? ItemFlags.WantsLane : ItemFlags.None;
        }

        return Submit(operation);
    }

    /// <summary>Prepares an exchange without items.</summary>
    internal Handle<Operation> Prepare(Handle<IpcQueue> queue, Handle<Lane> lane)
    {
        Handle<Universe> universe = queue == ClientQueue ? ClientUniverse : ServerUniverse;
        return World.Lanes.PrepareExchange(queue, universe, lane, credentials: queue.Index + 10);
    }

    /// <summary>Submits a prepared exchange and lets the kernel perform it.</summary>
    internal Handle<Operation> Submit(Handle<Operation> operation)
    {
        Handle<IpcQueue> queue = World.Lanes.Operations[operation].Queue;
        World.Queues.PushOrDrive(queue, operation);
        World.Queues.BeginDrive(queue);
        while (World.Queues.ProcessSubmission(queue))
        {
        }

        return operation;
    }

    internal Handle<Operation> SubmitClient(params ItemKind[] items) => Submit(ClientQueue, ClientLane, items);

    internal Handle<Operation> SubmitServer(params ItemKind[] items) => Submit(ServerQueue, ServerLane, items);

    internal bool IsComplete(Handle<Operation> operation) =>
        World.Lanes.Operations[operation].State == OperationState.Completed;

    internal ref Item ItemOf(Handle<Operation> operation, int position) =>
        ref World.Lanes.Operations[operation].Items[position];

    internal HelError[] ErrorsOf(Handle<Operation> operation)
    {
        var errors = new HelError[World.Lanes.Operations[operation].ItemCount];
        for (int position = 0; position < errors.Length; position++)
        {
            errors[position] = ItemOf(operation, position).Error;
        }

        return errors;
    }

    public void Dispose() => test.Dispose();
}
