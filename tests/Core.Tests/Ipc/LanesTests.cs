// Lanes: every kind of item meets its counterpart, whichever side comes first; order is kept in each direction; conversations
// carry what follows an offer and an accept; mismatch, closing and shutting down give the errors that hel gives; nothing stays
// alive.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tests.Ipc;

public sealed class LanesTests : IDisposable
{
    private readonly Endpoints ends = new();

    private Lanes Lanes => ends.World.Lanes;

    public void Dispose() => ends.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_send_meets_a_receive_in_either_order(bool sendsFirst)
    {
        Handle<Operation> receive = sendsFirst ? default : ends.SubmitServer(ItemKind.ReceiveInline);
        Handle<Operation> send = ends.SubmitClient(ItemKind.Send);
        receive = sendsFirst ? ends.SubmitServer(ItemKind.ReceiveInline) : receive;
        Assert.True(ends.IsComplete(send) && ends.IsComplete(receive));
        Assert.Equal(ends.ItemOf(send, 0).Message.Argument0, ends.ItemOf(receive, 0).Message.Argument0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_extract_gets_the_credentials_of_the_imbuing_thread(bool imbuesFirst)
    {
        Handle<Operation> extract = imbuesFirst ? default : ends.SubmitServer(ItemKind.Extract);
        ends.SubmitClient(ItemKind.Imbue);
        extract = imbuesFirst ? ends.SubmitServer(ItemKind.Extract) : extract;
        Assert.True(ends.IsComplete(extract));
        Assert.Equal(ends.ClientQueue.Index + 10, ends.ItemOf(extract, 0).Credentials);
    }

    [Fact]
    public void A_request_travels_on_its_conversation_and_gets_its_reply()
    {
        Handle<Operation> request = ends.SubmitClient(ItemKind.Offer, ItemKind.Send, ItemKind.Imbue, ItemKind.ReceiveInline);
        Handle<Operation> accept = ends.SubmitServer(ItemKind.Accept, ItemKind.ReceiveInline, ItemKind.Extract);
        Assert.True(ends.IsComplete(accept));
        Assert.False(ends.IsComplete(request));
        Assert.Equal(ends.ItemOf(request, 1).Message.Argument0, ends.ItemOf(accept, 1).Message.Argument0);
        Handle<Lane> conversation = ends.ItemOf(accept, 0).Conversation;
        Handle<Operation> reply = ends.Submit(ends.ServerQueue, conversation, ItemKind.Send);
        Assert.True(ends.IsComplete(request) && ends.IsComplete(reply));
        Assert.Equal(ends.ItemOf(reply, 0).Message.Argument0, ends.ItemOf(request, 3).Message.Argument0);
        Assert.Equal(4, Lanes.LiveLanes);
        Lanes.Release(conversation);
        Assert.Equal(2, Lanes.LiveLanes);
        Assert.Equal(1u, ends.World.Counters.Messages);
    }

    [Fact]
    public void Items_are_matched_first_in_first_out()
    {
        Handle<Operation>[] sends = [.. Enumerable.Range(0, 5).Select(_ => ends.SubmitClient(ItemKind.Send))];
        Handle<Operation>[] receives = [.. Enumerable.Range(0, 5).Select(_ => ends.SubmitServer(ItemKind.ReceiveInline))];
        for (int i = 0; i < sends.Length; i++)
        {
            Assert.Equal(ends.ItemOf(sends[i], 0).Message.Argument0, ends.ItemOf(receives[i], 0).Message.Argument0);
            Assert.True(ends.World.Queues.TryPop(ends.ServerQueue, out Handle<Operation> completed));
            Assert.Equal(receives[i], completed);
        }
    }

    [Fact]
    public void A_mismatch_ends_both_items()
    {
        Handle<Operation> send = ends.SubmitClient(ItemKind.Send);
        Handle<Operation> other = ends.SubmitServer(ItemKind.Send);
        Assert.Equal([HelError.TransmissionMismatch], ends.ErrorsOf(send));
        Assert.Equal([HelError.TransmissionMismatch], ends.ErrorsOf(other));
        Handle<Operation> offer = ends.SubmitClient(ItemKind.Offer, ItemKind.Send);
        ends.SubmitServer(ItemKind.ReceiveInline);
        Assert.Equal([HelError.TransmissionMismatch, HelError.TransmissionMismatch], ends.ErrorsOf(offer));
    }

    [Fact]
    public void Dropping_the_last_reference_ends_the_peers_items()
    {
        Handle<Operation> waiting = ends.SubmitClient(ItemKind.Offer, ItemKind.Send, ItemKind.ReceiveInline);
        Lanes.Release(ends.ServerLane);
        Assert.All(ends.ErrorsOf(waiting), error => Assert.Equal(HelError.EndOfLane, error));
        Assert.False(Lanes.IsOpen(ends.ServerLane));
        Handle<Operation> late = ends.SubmitClient(ItemKind.Send);
        Assert.Equal([HelError.EndOfLane], ends.ErrorsOf(late));
        Lanes.Release(ends.ClientLane);
        Assert.Equal(0, Lanes.LiveLanes);
        Assert.Equal([HelError.EndOfLane], ends.ErrorsOf(ends.SubmitClient(ItemKind.Send)));
    }

    [Fact]
    public void A_server_that_drops_a_conversation_ends_the_request()
    {
        Handle<Operation> request = ends.SubmitClient(ItemKind.Offer, ItemKind.Send, ItemKind.ReceiveInline);
        Handle<Operation> accept = ends.SubmitServer(ItemKind.Accept, ItemKind.ReceiveInline);
        Lanes.Release(ends.ItemOf(accept, 0).Conversation);
        Assert.True(ends.IsComplete(request));
        Assert.Equal([HelError.None, HelError.None, HelError.EndOfLane], ends.ErrorsOf(request));
        Assert.Equal(2, Lanes.LiveLanes);
    }

    [Fact]
    public void Shutting_down_ends_own_items_and_the_peers()
    {
        Handle<Operation> own = ends.SubmitServer(ItemKind.Accept);
        Lanes.Shutdown(ends.ServerLane);
        Lanes.Shutdown(ends.ServerLane);
        Assert.Equal([HelError.LaneShutdown], ends.ErrorsOf(own));
        Assert.Equal([HelError.LaneShutdown], ends.ErrorsOf(ends.SubmitServer(ItemKind.Accept)));
        Assert.Equal([HelError.EndOfLane], ends.ErrorsOf(ends.SubmitClient(ItemKind.Offer)));
        Lanes.Release(ends.ServerLane);
        Lanes.Release(ends.ClientLane);
        Assert.Equal(0, Lanes.LiveLanes);
        Lanes.Shutdown(ends.ServerLane);
    }

    [Fact]
    public void An_offer_that_wants_its_lane_keeps_the_conversation_open()
    {
        Handle<Operation> offer = ends.SubmitClient(ItemKind.Offer);
        Handle<Operation> accept = ends.SubmitServer(ItemKind.Accept);
        Handle<Lane> client = ends.ItemOf(offer, 0).Conversation;
        Handle<Lane> server = ends.ItemOf(accept, 0).Conversation;
        Assert.True(Lanes.IsOpen(client) && Lanes.IsOpen(server));
        Handle<Operation> send = ends.Submit(ends.ClientQueue, client, ItemKind.Send);
        Handle<Operation> receive = ends.Submit(ends.ServerQueue, server, ItemKind.ReceiveInline);
        Assert.True(ends.IsComplete(send) && ends.IsComplete(receive));
        Lanes.Release(client);
        Lanes.Release(server);
        Assert.Equal(2, Lanes.LiveLanes);
    }

    [Fact]
    public void Completions_for_a_dead_queue_are_freed_with_their_lanes()
    {
        ends.SubmitClient(ItemKind.Offer);
        ends.World.Queues.Destroy(ends.ClientQueue);
        Handle<Operation> accept = ends.SubmitServer(ItemKind.Accept);
        Assert.Equal(1, Lanes.LiveOperations);
        Lanes.Release(ends.ItemOf(accept, 0).Conversation);
        Assert.Equal(2, Lanes.LiveLanes);
    }

    [Theory]
    [InlineData(ItemKind.ReceiveInline, Item.InlineBytes, HelError.None)]
    [InlineData(ItemKind.ReceiveInline, Item.InlineBytes + 1, HelError.BufferTooSmall)]
    [InlineData(ItemKind.ReceiveBuffer, 40, HelError.None)]
    [InlineData(ItemKind.ReceiveBuffer, 41, HelError.BufferTooSmall)]
    [InlineData(ItemKind.ReceiveBuffer, 0, HelError.None)]
    public void What_does_not_fit_fails_on_both_sides(ItemKind receiver, int sentBytes, HelError expected)
    {
        Handle<Operation> send = ends.Prepare(ends.ClientQueue, ends.ClientLane);
        Lanes.AddItem(send, ItemKind.Send).LengthBytes = sentBytes;
        Handle<Operation> receive = ends.Prepare(ends.ServerQueue, ends.ServerLane);
        ref Item item = ref Lanes.AddItem(receive, receiver);
        item.LengthBytes = receiver == ItemKind.ReceiveBuffer ? 40 : item.LengthBytes;
        ends.Submit(receive);
        ends.Submit(send);
        Assert.Equal([expected], ends.ErrorsOf(send));
        Assert.Equal([expected], ends.ErrorsOf(receive));
        if (expected == HelError.None)
        {
            Assert.Equal(sentBytes, ends.ItemOf(receive, 0).LengthBytes);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pushed_descriptor_arrives_with_the_rights_that_were_exposed(bool pushesFirst)
    {
        ends.World.Hel.CreateOneshotEvent(ends.ClientUniverse, out uint number);
        Handle<Operation> pull = pushesFirst ? default : ends.SubmitServer(ItemKind.Pull);
        Handle<Operation> push = SubmitPush(number, HelRights.Wait);
        pull = pushesFirst ? ends.SubmitServer(ItemKind.Pull) : pull;
        Assert.Equal([HelError.None], ends.ErrorsOf(push));
        uint pulled = ends.ItemOf(pull, 0).Descriptor.Number;
        Assert.Equal(HelError.BadRights, ends.World.Hel.RaiseEvent(ends.ServerUniverse, pulled));
        ends.World.Universes.Close(ends.ClientUniverse, number);
        Assert.Equal(1, ends.World.KernelEvents.LiveCount);
        ends.World.Universes.Close(ends.ServerUniverse, pulled);
        Assert.Equal(0, ends.World.KernelEvents.LiveCount);
    }

    [Fact]
    public void A_pull_that_wants_more_rights_fails_alone()
    {
        ends.World.Hel.CreateOneshotEvent(ends.ClientUniverse, out uint number);
        Handle<Operation> pull = ends.Prepare(ends.ServerQueue, ends.ServerLane);
        Lanes.AddItem(pull, ItemKind.Pull).Descriptor.Rights = HelRights.Signal;
        ends.Submit(pull);
        Assert.Equal([HelError.None], ends.ErrorsOf(SubmitPush(number, HelRights.Wait)));
        Assert.Equal([HelError.BadRights], ends.ErrorsOf(pull));
        Assert.Equal(0, ends.World.Universes[ends.ServerUniverse].DescriptorCount);
        ends.World.Universes.Close(ends.ClientUniverse, number);
        Assert.Equal(0, ends.World.KernelEvents.LiveCount);
    }

    [Fact]
    public void A_push_of_nothing_is_refused_before_anything_is_queued()
    {
        Handle<Operation> pull = ends.SubmitServer(ItemKind.Pull);
        Assert.Equal([HelError.NoDescriptor], ends.ErrorsOf(SubmitPush(4711, HelRights.All)));
        Assert.False(ends.IsComplete(pull));
    }

    [Fact]
    public void A_push_that_meets_nobody_gives_its_reference_back()
    {
        ends.World.Hel.CreateOneshotEvent(ends.ClientUniverse, out uint number);
        Handle<Operation> push = SubmitPush(number, HelRights.All);
        ends.World.Universes.Close(ends.ClientUniverse, number);
        Assert.Equal(1, ends.World.KernelEvents.LiveCount);
        Lanes.Release(ends.ServerLane);
        Assert.Equal([HelError.EndOfLane], ends.ErrorsOf(push));
        Assert.Equal(0, ends.World.KernelEvents.LiveCount);
    }

    [Fact]
    public void A_dismissal_succeeds_and_what_it_meets_does_not()
    {
        Handle<Operation> dismiss = ends.SubmitServer(ItemKind.Dismiss);
        Handle<Operation> offer = ends.SubmitClient(ItemKind.Offer, ItemKind.Send, ItemKind.ReceiveInline);
        Assert.Equal([HelError.None], ends.ErrorsOf(dismiss));
        Assert.Equal([HelError.Dismissed, HelError.Dismissed, HelError.Dismissed], ends.ErrorsOf(offer));
        Handle<Operation> own = ends.SubmitClient(ItemKind.Dismiss);
        Handle<Operation> other = ends.SubmitServer(ItemKind.Dismiss);
        Assert.Equal([HelError.None], ends.ErrorsOf(own));
        Assert.Equal([HelError.None], ends.ErrorsOf(other));
    }

    [Fact]
    public void A_conversation_inside_a_conversation_runs_on_a_lane_of_its_own()
    {
        Handle<Operation> request = Nested(ends.ClientQueue, ends.ClientLane, ItemKind.Offer, ItemKind.Send);
        Handle<Operation> accept = Nested(ends.ServerQueue, ends.ServerLane, ItemKind.Accept, ItemKind.ReceiveInline);
        Assert.All(ends.ErrorsOf(request), error => Assert.Equal(HelError.None, error));
        Assert.All(ends.ErrorsOf(accept), error => Assert.Equal(HelError.None, error));
        for (int position = 2; position < 4; position++)
        {
            Assert.Equal(ends.ItemOf(request, position).LengthBytes, ends.ItemOf(accept, position).LengthBytes);
        }

        Lanes.Release(ends.ItemOf(accept, 0).Conversation);
        Lanes.Release(ends.ItemOf(accept, 1).Conversation);
        Assert.Equal(2, Lanes.LiveLanes);
    }

    [Theory]
    [InlineData(ItemFlags.Chain)]
    [InlineData(ItemFlags.Ancillary)]
    [InlineData(ItemFlags.Chain | ItemFlags.Ancillary)]
    public void A_chain_that_does_not_end_is_refused(ItemFlags last)
    {
        Handle<Operation> operation = ends.Prepare(ends.ClientQueue, ends.ClientLane);
        Lanes.AddItem(operation, ItemKind.Send).Flags = last;
        Assert.Equal([HelError.IllegalArgs], ends.ErrorsOf(ends.Submit(operation)));
    }

    [Fact]
    public void An_item_behind_the_end_of_all_chains_or_no_item_at_all_is_refused()
    {
        Handle<Operation> operation = ends.Prepare(ends.ClientQueue, ends.ClientLane);
        Lanes.AddItem(operation, ItemKind.Send);
        Lanes.AddItem(operation, ItemKind.Send);
        Lanes.Operations[operation].Items[0].Flags = ItemFlags.None;
        Assert.Equal([HelError.IllegalArgs, HelError.IllegalArgs], ends.ErrorsOf(ends.Submit(operation)));
        Handle<Operation> empty = ends.Submit(ends.Prepare(ends.ClientQueue, ends.ClientLane));
        Assert.Equal(HelError.IllegalArgs, Lanes.Operations[empty].Error);
    }

    [Fact]
    public void A_lane_is_named_by_a_descriptor_when_the_exchange_is_submitted()
    {
        uint number = ends.World.Universes.Attach(
            ends.ClientUniverse, DescriptorKind.Lane, ends.ClientLane.Bits, HelRights.Invoke);
        uint useless = ends.World.Universes.Attach(
            ends.ClientUniverse, DescriptorKind.Lane, ends.ClientLane.Bits, HelRights.Manage);
        ends.SubmitServer(ItemKind.ReceiveInline);
        Assert.Equal(HelError.None, SubmitBy(number));
        Assert.Equal(HelError.BadRights, SubmitBy(useless));
        ends.World.Universes.Close(ends.ClientUniverse, number);
        Assert.Equal(HelError.NoDescriptor, SubmitBy(number));
    }

    [Fact]
    public void Any_sequence_of_exchanges_balances_at_the_end() => Checked.ForAll<byte[]>(300, commands =>
    {
        using var world = new Endpoints();
        var submitted = new List<Handle<Operation>>();
        foreach (byte command in commands.Take(60))
        {
            ItemKind[] items = Shape(command / 2 % 5);
            submitted.Add(command % 2 == 0 ? world.SubmitClient(items) : world.SubmitServer(items));
        }

        Lanes lanes = world.World.Lanes;
        lanes.Release(world.ClientLane);
        lanes.Release(world.ServerLane);
        bool allDone = submitted.TrueForAll(world.IsComplete);
        world.World.Queues.Destroy(world.ClientQueue);
        world.World.Queues.Destroy(world.ServerQueue);
        return allDone && lanes.LiveOperations == 0 && lanes.LiveLanes == 0;
    });

    private Handle<Operation> SubmitPush(uint number, HelRights exposed)
    {
        Handle<Operation> push = ends.Prepare(ends.ClientQueue, ends.ClientLane);
        Lanes.AddItem(push, ItemKind.Push).Descriptor = new Descriptor { Number = number, Rights = exposed };
        return ends.Submit(push);
    }

    private HelError SubmitBy(uint number)
    {
        Handle<Operation> send = Lanes.PrepareExchange(ends.ClientQueue, ends.ClientUniverse, number, 0);
        Lanes.AddItem(send, ItemKind.Send);
        return ends.ErrorsOf(ends.Submit(send))[0];
    }

    /// <summary>opener { opener { leaf }, leaf }: the inner chain comes first, then the outer one goes on.</summary>
    private Handle<Operation> Nested(Handle<IpcQueue> queue, Handle<Lane> lane, ItemKind opener, ItemKind leaf)
    {
        Handle<Operation> operation = ends.Prepare(queue, lane);
        ItemFlags[] flags = [ItemFlags.Ancillary, ItemFlags.Ancillary | ItemFlags.Chain, ItemFlags.None, ItemFlags.None];
        for (int position = 0; position < flags.Length; position++)
        {
            ref Item item = ref Lanes.AddItem(operation, position < 2 ? opener : leaf);
            item.LengthBytes = leaf == ItemKind.Send ? position : 100;
        }

        for (int position = 0; position < flags.Length; position++)
        {
            Lanes.Operations[operation].Items[position].Flags = flags[position];
        }

        return ends.Submit(operation);
    }

    private static ItemKind[] Shape(int number) => number switch
    {
        0 => [ItemKind.Send],
        1 => [ItemKind.ReceiveInline],
        2 => [ItemKind.Offer, ItemKind.Send, ItemKind.ReceiveInline],
        3 => [ItemKind.Accept, ItemKind.ReceiveInline, ItemKind.Send],
        _ => [ItemKind.Imbue, ItemKind.Extract],
    };
}
