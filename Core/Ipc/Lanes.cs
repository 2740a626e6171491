// Lanes: the kernel's message transport (thor stream.cpp; hel.cpp, doSubmitExchangeMsgs). Submitting an exchange queues its items
// at the lane; an item that meets its counterpart is transferred at once, on the submitter's party. Offer meets accept and opens
// a conversation lane for the ancillary chains of both. When all items of an operation are done, one completion is posted to its
// queue. Misuse yields the error that hel gives: before anything is queued when the submission itself is wrong, per item
// otherwise. What two items do when they meet is in Transfers, how they end in ItemEnds.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Lane ends and the operations on them.</summary>
public sealed class Lanes
{
    private readonly World world;
    private readonly Slab<Lane> lanes;
    private readonly Slab<Operation> operations;
    private readonly PushedDescriptors pushedDescriptors;
    private readonly ItemEnds ends;
    private readonly Transfers transfers;

    internal Lanes(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        lanes = new Slab<Lane>(arena, options.LaneCapacity, ObjectKind.Lane);
        operations = new Slab<Operation>(arena, options.OperationCapacity, ObjectKind.Operation);
        pushedDescriptors = new PushedDescriptors(world);
        ends = new ItemEnds(world, operations, pushedDescriptors);
        transfers = new Transfers(this, operations, pushedDescriptors, ends);
    }

    /// <summary>Number of lane ends alive.</summary>
    public int LiveLanes => lanes.LiveCount;

    /// <summary>Number of operations alive.</summary>
    public int LiveOperations => operations.LiveCount;

    /// <summary>How items end.</summary>
    internal ItemEnds Ends => ends;

    /// <summary>The operations.</summary>
    public Slab<Operation> Operations => operations;

    /// <summary>Whether a lane end exists and is open.</summary>
    /// <param name="lane">Any handle.</param>
    /// <returns>True while it can be used.</returns>
    public bool IsOpen(Handle<Lane> lane)
    {
        world.Reads(ObjectKind.Lane, lane.Index);
        return lanes.IsLive(lane) && !lanes[lane].IsClosed;
    }

    /// <summary>Creates a lane.</summary>
    /// <param name="references">References that each end starts with.</param>
    /// <returns>Both ends.</returns>
    public (Handle<Lane> First, Handle<Lane> Second) Create(int references)
    {
        Handle<Lane> first = lanes.Allocate();
        Handle<Lane> second = lanes.Allocate();
        Verify.That(!first.IsNone && !second.IsNone, "out of lanes");
        world.Writes(ObjectKind.Lane, first.Index);
        world.Writes(ObjectKind.Lane, second.Index);
        lanes[first].Peer = second;
        lanes[second].Peer = first;
        lanes[first].References = references;
        lanes[second].References = references;
        return (first, second);
    }

    /// <summary>Says which server holds an end, so that its end is the lane's end. A server holds lanes by handle rather than
    /// by descriptor.</summary>
    /// <param name="lane">An open end.</param>
    /// <param name="universe">Universe of the server.</param>
    public void HoldBy(Handle<Lane> lane, Handle<Universe> universe) => lanes[lane].Holder = universe;

    /// <summary>Kernel: closes all ends that a dead server held; what is queued at them goes nowhere, their peers' items end
    /// with EndOfLane.</summary>
    /// <param name="universe">Universe of the server.</param>
    internal void CloseHeldBy(Handle<Universe> universe)
    {
        for (int index = 0; index < lanes.HighWater; index++)
        {
            Handle<Lane> lane = lanes.HandleAt(index);
            if (lane.IsNone || lanes[lane].Holder != (UntypedHandle)universe || lanes[lane].IsClosed)
            {
                continue;
            }

            Retain(lane);
            Shutdown(lane);
            lanes[lane].References = 1;
            Release(lane);
        }
    }

    /// <summary>Takes a reference to a lane end.</summary>
    /// <param name="lane">An open end.</param>
    public void Retain(Handle<Lane> lane)
    {
        world.Writes(ObjectKind.Lane, lane.Index);
        Verify.That(!lanes[lane].IsClosed, "a reference to an end of a lane that is gone is taken");
        lanes[lane].References++;
    }

    /// <summary>Drops a reference; the last one closes the end once its queued items are done.</summary>
    /// <param name="lane">An end on which the caller holds a reference.</param>
    public void Release(Handle<Lane> lane)
    {
        ref Lane end = ref lanes[lane];
        Verify.That(end.References > 0, "lane released too often");
        end.References--;
        world.Writes(ObjectKind.Lane, lane.Index);
        CloseIfUnused(lane);
    }

    /// <summary>Shuts an end down: own items end with LaneShutdown, the peer's with EndOfLane (helShutdownLane).</summary>
    /// <param name="lane">An end.</param>
    public void Shutdown(Handle<Lane> lane)
    {
        if (!IsOpen(lane) || lanes[lane].IsShutDown)
        {
            return;
        }

        world.Writes(ObjectKind.Lane, lane.Index);
        lanes[lane].IsShutDown = true;
        Handle<Lane> peer = lanes[lane].Peer;
        FailQueued(lane, HelError.LaneShutdown);
        if (lanes.IsLive(peer))
        {
            FailQueued(peer, HelError.EndOfLane);
            CloseIfUnused(peer);
        }

        if (lanes.IsLive(lane))
        {
            CloseIfUnused(lane);
        }
    }

    /// <summary>Prepares an exchange on a lane that the submitter holds.</summary>
    /// <param name="queue">Queue on which it completes.</param>
    /// <param name="universe">Universe of the submitter.</param>
    /// <param name="lane">Lane.</param>
    /// <param name="credentials">Credentials of the submitter: index of its thread.</param>
    /// <returns>The operation, without items.</returns>
    public Handle<Operation> PrepareExchange(
        Handle<IpcQueue> queue, Handle<Universe> universe, Handle<Lane> lane, uint credentials)
    {
        Handle<Operation> operation = Prepare(OperationKind.Exchange, queue, 0);
        ref Operation state = ref operations[operation];
        state.Universe = universe;
        state.Lane = lane;
        state.Credentials = credentials;
        return operation;
    }

    /// <summary>Prepares an exchange on a lane that a descriptor names when it is submitted.</summary>
    /// <param name="queue">Queue on which it completes.</param>
    /// <param name="universe">Universe of the submitter.</param>
    /// <param name="descriptor">Number of the lane's descriptor.</param>
    /// <param name="credentials">Credentials of the submitter: index of its thread.</param>
    /// <returns>The operation, without items.</returns>
    public Handle<Operation> PrepareExchange(
        Handle<IpcQueue> queue, Handle<Universe> universe, uint descriptor, uint credentials)
    {
        Handle<Operation> operation = PrepareExchange(queue, universe, default(Handle<Lane>), credentials);
        operations[operation].Descriptor = descriptor;
        return operation;
    }

    /// <summary>Prepares an operation of another kind.</summary>
    /// <param name="kind">Kind.</param>
    /// <param name="queue">Queue on which it completes.</param>
    /// <param name="context">The submitter's word.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> Prepare(OperationKind kind, Handle<IpcQueue> queue, ulong context)
    {
        Handle<Operation> operation = operations.Allocate();
        Verify.That(!operation.IsNone, "out of operations");
        ref Operation state = ref operations[operation];
        state.Kind = kind;
        state.Queue = queue;
        state.Context = context;
        return operation;
    }

    /// <summary>Appends an item to a prepared exchange: to the conversation if the exchange begins with an offer or accept, to
    /// the one chain otherwise. Other shapes are made by changing the flags.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="kind">Kind of the item.</param>
    /// <returns>The item, to be filled in.</returns>
    public ref Item AddItem(Handle<Operation> operation, ItemKind kind)
    {
        ref Operation state = ref operations[operation];
        Verify.That(state.State == OperationState.Prepared, "the kernel has the state already");
        Verify.That(state.ItemCount < Operation.MaxItems, "no room for an item");
        int position = state.ItemCount++;
        if (position > 0)
        {
            bool opens = position == 1 && state.Items[0].Kind is ItemKind.Offer or ItemKind.Accept;
            state.Items[position - 1].Flags |= opens ? ItemFlags.Ancillary : ItemFlags.Chain;
        }

        ref Item item = ref state.Items[position];
        item.Kind = kind;
        item.LengthBytes = kind == ItemKind.ReceiveInline ? Item.InlineBytes : 0;
        return ref item;
    }

    /// <summary>Frees an operation whose results were read.</summary>
    /// <param name="operation">A completed or never submitted operation.</param>
    public void Free(Handle<Operation> operation) => operations.Free(operation);

    /// <summary>Kernel: frees an operation that nobody will read, with the lanes that its results hold.</summary>
    /// <param name="operation">The operation.</param>
    internal void FreeOrphan(Handle<Operation> operation)
    {
        if (!operations.IsLive(operation))
        {
            return;
        }

        for (int position = 0; position < operations[operation].ItemCount; position++)
        {
            Handle<Lane> conversation = operations[operation].Items[position].Conversation;
            if (!conversation.IsNone && lanes.IsLive(conversation))
            {
                Release(conversation);
            }
        }

        operations.Free(operation);
    }

    /// <summary>Kernel: performs a submitted exchange.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>Why it cannot be performed; nothing has happened then.</returns>
    internal HelError Submit(Handle<Operation> operation)
    {
        ref Operation state = ref operations[operation];
        HelError error = Resolve(ref state);
        error = error == HelError.None ? ItemChains.Link(ref state) : error;
        error = error == HelError.None ? pushedDescriptors.Take(ref state) : error;
        if (error != HelError.None)
        {
            return error;
        }

        state.ItemsLeft = state.ItemCount;
        if (state.Items[0].Kind == ItemKind.Offer)
        {
            world.Counters.Messages++;
        }

        Handle<Lane> lane = state.Lane;
        if (!lanes.IsLive(lane))
        {
            ends.FailAll(operation, HelError.EndOfLane);
            return HelError.None;
        }

        lanes[lane].References++;
        EnqueueChain(lane, operation, parent: 0);
        lanes[lane].References--;
        CloseIfUnused(lane);
        return HelError.None;
    }

    private HelError Resolve(ref Operation operation)
    {
        if (operation.Descriptor == 0)
        {
            return HelError.None;
        }

        HelError error = world.Universes.Resolve(
            operation.Universe, operation.Descriptor, DescriptorKind.Lane, HelRights.Invoke, out ulong target);
        operation.Lane = error == HelError.None ? Handle<Lane>.FromBits(target) : default;
        return error;
    }

    private ref Item ItemAt(int reference) =>
        ref operations.At(ItemReference.Operation(reference)).Items[ItemReference.Position(reference)];

    private void Enqueue(Handle<Lane> lane, int reference)
    {
        world.Writes(ObjectKind.Lane, lane.Index);
        ref Lane end = ref lanes[lane];
        world.Reads(ObjectKind.Lane, end.Peer.Index);
        if (end.IsShutDown)
        {
            ends.FailItem(reference, HelError.LaneShutdown);
            return;
        }

        if (!lanes.IsLive(end.Peer) || lanes[end.Peer].IsClosed || lanes[end.Peer].IsShutDown)
        {
            ends.FailItem(reference, HelError.EndOfLane);
            return;
        }

        ref Lane peer = ref lanes[end.Peer];
        if (peer.QueueHead == ItemReference.None)
        {
            Append(ref end, reference);
            return;
        }

        Handle<Lane> peerHandle = end.Peer;
        world.Writes(ObjectKind.Lane, peerHandle.Index);
        int other = peer.QueueHead;
        peer.QueueHead = ItemAt(other).Next;
        if (peer.QueueHead == ItemReference.None)
        {
            peer.QueueTail = ItemReference.None;
        }

        transfers.Transfer(reference, other);
        if (lanes.IsLive(peerHandle))
        {
            CloseIfUnused(peerHandle);
        }
    }

    private void Append(ref Lane end, int reference)
    {
        ItemAt(reference).Next = ItemReference.None;
        if (end.QueueTail == ItemReference.None)
        {
            end.QueueHead = reference;
        }
        else
        {
            ItemAt(end.QueueTail).Next = reference;
        }

        end.QueueTail = reference;
    }

    /// <summary>Kernel: queues the items of a chain at a lane end; what meets its counterpart is transferred.</summary>
    /// <param name="lane">The end.</param>
    /// <param name="operation">A submitted exchange.</param>
    /// <param name="parent">Chain of the items.</param>
    internal void EnqueueChain(Handle<Lane> lane, Handle<Operation> operation, int parent)
    {
        int count = operations[operation].ItemCount;
        for (int position = 0; position < count; position++)
        {
            if (operations.At((int)operation.Index).Items[position].Parent == parent)
            {
                Enqueue(lane, ItemReference.Of(operation.Index, position));
            }
        }
    }

    private void FailQueued(Handle<Lane> lane, HelError error)
    {
        while (lanes.IsLive(lane) && lanes[lane].QueueHead != ItemReference.None)
        {
            world.Writes(ObjectKind.Lane, lane.Index);
            int reference = lanes[lane].QueueHead;
            lanes[lane].QueueHead = ItemAt(reference).Next;
            if (lanes[lane].QueueHead == ItemReference.None)
            {
                lanes[lane].QueueTail = ItemReference.None;
            }

            ends.FailItem(reference, error);
        }
    }

    private void CloseIfUnused(Handle<Lane> lane)
    {
        if (!lanes.IsLive(lane))
        {
            return;
        }

        ref Lane end = ref lanes[lane];
        if (end.IsClosed || end.References > 0 || end.QueueHead != ItemReference.None)
        {
            return;
        }

        world.Writes(ObjectKind.Lane, lane.Index);
        end.IsClosed = true;
        Handle<Lane> peer = end.Peer;
        if (!lanes.IsLive(peer) || lanes[peer].IsClosed)
        {
            FreeBoth(lane, peer);
            return;
        }

        FailQueued(peer, HelError.EndOfLane);
        CloseIfUnused(peer);
    }

    private void FreeBoth(Handle<Lane> lane, Handle<Lane> peer)
    {
        Verify.That(IsIdle(lane), "an end of a lane is freed that is in use");
        lanes.Free(lane);
        if (lanes.IsLive(peer))
        {
            Verify.That(IsIdle(peer), "an end of a lane is freed that is in use");
            world.Writes(ObjectKind.Lane, peer.Index);
            lanes.Free(peer);
        }
    }

    private bool IsIdle(Handle<Lane> lane) => lanes[lane].References == 0 && lanes[lane].QueueHead == ItemReference.None;
}
