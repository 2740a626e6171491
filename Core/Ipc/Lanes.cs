// Lanes: the kernel's message transport (thor stream.cpp). Submitting an exchange queues its items at the lane; an item that
// meets its counterpart is transferred at once, on the submitter's party. Offer meets accept and opens a conversation lane
// for the items behind both. When all items of an operation are done, one completion is posted to its queue. Misuse yields
// the error that hel gives.

namespace Managarm.Perf.Core;

/// <summary>Lane ends and the operations on them.</summary>
public sealed class Lanes
{
    private readonly World world;
    private readonly Slab<Lane> lanes;
    private readonly Slab<Operation> operations;

    internal Lanes(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        lanes = new Slab<Lane>(arena, options.LaneCapacity, ObjectKind.Lane);
        operations = new Slab<Operation>(arena, options.OperationCapacity, ObjectKind.Operation);
    }

    /// <summary>Number of lane ends alive.</summary>
    public int LiveLanes => lanes.LiveCount;

    /// <summary>Number of operations alive.</summary>
    public int LiveOperations => operations.LiveCount;

    /// <summary>The operations.</summary>
    public Slab<Operation> Operations => operations;

    /// <summary>Whether a lane end exists and is open.</summary>
    /// <param name="lane">Any handle.</param>
    /// <returns>True while it can be used.</returns>
    public bool IsOpen(Handle<Lane> lane) => lanes.IsLive(lane) && !lanes[lane].IsClosed;

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

    /// <summary>Takes a reference to a lane end.</summary>
    /// <param name="lane">An open end.</param>
    public void Retain(Handle<Lane> lane)
    {
        world.Writes(ObjectKind.Lane, lane.Index);
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

    /// <summary>Prepares an exchange.</summary>
    /// <param name="queue">Queue on which it completes.</param>
    /// <param name="lane">Lane.</param>
    /// <param name="context">The submitter's word.</param>
    /// <param name="credentials">Credentials of the submitter: index of its thread.</param>
    /// <returns>The operation, without items.</returns>
    public Handle<Operation> PrepareExchange(Handle<IpcQueue> queue, Handle<Lane> lane, ulong context, uint credentials)
    {
        Handle<Operation> handle = Prepare(OperationKind.Exchange, queue, context);
        ref Operation operation = ref operations[handle];
        operation.Lane = lane;
        operation.Credentials = credentials;
        return handle;
    }

    /// <summary>Prepares an operation of another kind.</summary>
    /// <param name="kind">Kind.</param>
    /// <param name="queue">Queue on which it completes.</param>
    /// <param name="context">The submitter's word.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> Prepare(OperationKind kind, Handle<IpcQueue> queue, ulong context)
    {
        Handle<Operation> handle = operations.Allocate();
        Verify.That(!handle.IsNone, "out of operations");
        ref Operation operation = ref operations[handle];
        operation.Kind = kind;
        operation.Queue = queue;
        operation.Context = context;
        return handle;
    }

    /// <summary>Appends an item to a prepared exchange.</summary>
    /// <param name="handle">The operation.</param>
    /// <param name="kind">Kind of the item.</param>
    /// <returns>The item, to be filled in.</returns>
    public ref Item AddItem(Handle<Operation> handle, ItemKind kind)
    {
        ref Operation operation = ref operations[handle];
        Verify.That(operation.State == OperationState.Prepared, "the kernel has the operation already");
        Verify.That(operation.ItemCount < Operation.MaxItems, "no room for an item");
        ref Item item = ref operation.Items[operation.ItemCount++];
        item.Kind = kind;
        return ref item;
    }

    /// <summary>Frees an operation whose results were read.</summary>
    /// <param name="handle">A completed or never submitted operation.</param>
    public void Free(Handle<Operation> handle) => operations.Free(handle);

    /// <summary>Kernel: looks the lane of a user's exchange up; a descriptor that was closed meanwhile names nothing.</summary>
    /// <param name="handle">The operation.</param>
    internal void Resolve(Handle<Operation> handle)
    {
        ref Operation operation = ref operations[handle];
        if (operation.Universe.IsNone)
        {
            return;
        }

        bool exists = world.Threads.TryLookUp(
            operation.Universe, operation.LaneDescriptor, DescriptorKind.Lane, out ulong target);
        operation.Lane = exists ? Handle<Lane>.FromBits(target) : default;
    }

    /// <summary>Kernel: frees an operation that nobody will read, with the lanes that its results hold.</summary>
    /// <param name="handle">The operation.</param>
    internal void FreeOrphan(Handle<Operation> handle)
    {
        if (!operations.IsLive(handle))
        {
            return;
        }

        for (int position = 0; position < operations[handle].ItemCount; position++)
        {
            Handle<Lane> conversation = operations[handle].Items[position].Conversation;
            if (!conversation.IsNone && lanes.IsLive(conversation))
            {
                Release(conversation);
            }
        }

        operations.Free(handle);
    }

    /// <summary>Kernel: performs a submitted exchange.</summary>
    /// <param name="handle">The operation.</param>
    internal void Submit(Handle<Operation> handle)
    {
        ref Operation operation = ref operations[handle];
        operation.ItemsLeft = operation.ItemCount;
        if (operation.Items[0].Kind == ItemKind.Offer)
        {
            world.Counters.Messages++;
        }

        Handle<Lane> lane = operation.Lane;
        bool opensConversation = operation.Items[0].Kind is ItemKind.Offer or ItemKind.Accept;
        if (!lanes.IsLive(lane))
        {
            FailAll(handle, HelError.EndOfLane);
            return;
        }

        lanes[lane].References++;
        int count = opensConversation ? 1 : operation.ItemCount;
        for (int position = 0; position < count; position++)
        {
            Enqueue(lane, ItemReference.Of(handle.Index, position));
        }

        lanes[lane].References--;
        CloseIfUnused(lane);
    }

    private ref Item ItemAt(int reference) =>
        ref operations.At(ItemReference.Operation(reference)).Items[ItemReference.Position(reference)];

    private void Enqueue(Handle<Lane> lane, int reference)
    {
        world.Writes(ObjectKind.Lane, lane.Index);
        ref Lane end = ref lanes[lane];
        if (end.IsShutDown)
        {
            FailItem(reference, HelError.LaneShutdown);
            return;
        }

        if (!lanes.IsLive(end.Peer) || lanes[end.Peer].IsClosed || lanes[end.Peer].IsShutDown)
        {
            FailItem(reference, HelError.EndOfLane);
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

        Transfer(reference, other);
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

    private void Transfer(int left, int right)
    {
        ref Item first = ref ItemAt(left);
        ref Item second = ref ItemAt(right);
        switch (first.Kind, second.Kind)
        {
            case (ItemKind.Offer, ItemKind.Accept):
                OpenConversation(left, right);
                break;
            case (ItemKind.Accept, ItemKind.Offer):
                OpenConversation(right, left);
                break;
            case (ItemKind.Send, ItemKind.Receive):
                second.Message = first.Message;
                FinishPair(left, right);
                break;
            case (ItemKind.Receive, ItemKind.Send):
                first.Message = second.Message;
                FinishPair(left, right);
                break;
            case (ItemKind.Imbue, ItemKind.Extract):
                second.Credentials = operations.At(ItemReference.Operation(left)).Credentials;
                FinishPair(left, right);
                break;
            case (ItemKind.Extract, ItemKind.Imbue):
                first.Credentials = operations.At(ItemReference.Operation(right)).Credentials;
                FinishPair(left, right);
                break;
            default:
                FailItem(left, HelError.TransmissionMismatch);
                FailItem(right, HelError.TransmissionMismatch);
                break;
        }
    }

    private void OpenConversation(int offer, int accept)
    {
        (Handle<Lane> client, Handle<Lane> server) = Create(1);
        ItemAt(accept).Conversation = server;
        bool wantsLane = ItemAt(offer).WantsLane;
        if (wantsLane)
        {
            ItemAt(offer).Conversation = client;
        }

        StartAncillary(offer, client);
        StartAncillary(accept, server);
        FinishItem(offer, HelError.None);
        FinishItem(accept, HelError.None);
        if (!wantsLane)
        {
            Release(client);
        }
    }

    private void StartAncillary(int opener, Handle<Lane> lane)
    {
        uint index = (uint)ItemReference.Operation(opener);
        int count = operations.At((int)index).ItemCount;
        for (int position = 1; position < count; position++)
        {
            Enqueue(lane, ItemReference.Of(index, position));
        }
    }

    private void FinishPair(int left, int right)
    {
        FinishItem(left, HelError.None);
        FinishItem(right, HelError.None);
    }

    private void FailItem(int reference, HelError error)
    {
        if (ItemAt(reference).Kind is ItemKind.Offer or ItemKind.Accept)
        {
            int operation = ItemReference.Operation(reference);
            FailAll(operations.HandleAt(operation), error);
            return;
        }

        FinishItem(reference, error);
    }

    private void FailAll(Handle<Operation> handle, HelError error)
    {
        ref Operation operation = ref operations[handle];
        for (int position = 0; position < operation.ItemCount; position++)
        {
            operation.Items[position].Error = error;
        }

        operation.Error = error;
        operation.ItemsLeft = 0;
        world.Queues.Post(handle);
    }

    private void FinishItem(int reference, HelError error)
    {
        int index = ItemReference.Operation(reference);
        ref Operation operation = ref operations.At(index);
        operation.Items[ItemReference.Position(reference)].Error = error;
        if (--operation.ItemsLeft == 0)
        {
            world.Queues.Post(operations.HandleAt(index));
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

            FailItem(reference, error);
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
        lanes.Free(lane);
        if (lanes.IsLive(peer))
        {
            world.Writes(ObjectKind.Lane, peer.Index);
            lanes.Free(peer);
        }
    }
}
