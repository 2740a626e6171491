// Lanes: every kind of item meets its counterpart, whichever side comes first; order is kept in each direction; conversations
// carry what follows an offer and an accept; mismatch, closing and shutting down give the errors that hel gives; nothing stays
// alive.

namespace Managarm.Perf.Core.Tests;

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
        Handle<Operation> receive = sendsFirst ? default : ends.SubmitServer(ItemKind.Receive);
        Handle<Operation> send = ends.SubmitClient(ItemKind.Send);
        receive = sendsFirst ? ends.SubmitServer(ItemKind.Receive) : receive;
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
        Handle<Operation> request = ends.SubmitClient(ItemKind.Offer, ItemKind.Send, ItemKind.Imbue, ItemKind.Receive);
        Handle<Operation> accept = ends.SubmitServer(ItemKind.Accept, ItemKind.Receive, ItemKind.Extract);
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
        Handle<Operation>[] receives = [.. Enumerable.Range(0, 5).Select(_ => ends.SubmitServer(ItemKind.Receive))];
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
        ends.SubmitServer(ItemKind.Receive);
        Assert.Equal([HelError.TransmissionMismatch, HelError.TransmissionMismatch], ends.ErrorsOf(offer));
    }

    [Fact]
    public void Dropping_the_last_reference_ends_the_peers_items()
    {
        Handle<Operation> waiting = ends.SubmitClient(ItemKind.Offer, ItemKind.Send, ItemKind.Receive);
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
        Handle<Operation> request = ends.SubmitClient(ItemKind.Offer, ItemKind.Send, ItemKind.Receive);
        Handle<Operation> accept = ends.SubmitServer(ItemKind.Accept, ItemKind.Receive);
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
        Handle<Operation> receive = ends.Submit(ends.ServerQueue, server, ItemKind.Receive);
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

    private static ItemKind[] Shape(int number) => number switch
    {
        0 => [ItemKind.Send],
        1 => [ItemKind.Receive],
        2 => [ItemKind.Offer, ItemKind.Send, ItemKind.Receive],
        3 => [ItemKind.Accept, ItemKind.Receive, ItemKind.Send],
        _ => [ItemKind.Imbue, ItemKind.Extract],
    };
}
