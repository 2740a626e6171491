// What happens when two items meet on a lane (thor stream.cpp). A pair of counterparts does its work at once, on the
// submitter's party: bytes are copied, credentials and descriptors handed over, and an offer that is accepted opens a
// conversation, on which the ancillary chains of both go on. A dismissal ends its counterpart, whatever that is; all other pairs
// are a mismatch. Which items meet is the affair of Lanes.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Transfers between items that have met.</summary>
internal sealed class Transfers(
    Lanes lanes, Slab<Operation> operations, PushedDescriptors pushedDescriptors, ItemEnds ends)
{
    /// <summary>Transfers between two items that have met, whichever came first.</summary>
    /// <param name="left">One item.</param>
    /// <param name="right">The other.</param>
    internal void Transfer(int left, int right)
    {
        ref Item first = ref ItemAt(left);
        ref Item second = ref ItemAt(right);
        if (first.Kind == ItemKind.Dismiss || second.Kind == ItemKind.Dismiss)
        {
            Dismiss(left, right);
            return;
        }

        if (Orientation(first.Kind) < Orientation(second.Kind))
        {
            (left, right) = (right, left);
            first = ref ItemAt(left);
            second = ref ItemAt(right);
        }

        switch (first.Kind, second.Kind)
        {
            case (ItemKind.Offer, ItemKind.Accept):
                OpenConversation(left, right);
                break;
            case (ItemKind.Send, ItemKind.ReceiveInline or ItemKind.ReceiveBuffer):
                Copy(ref first, ref second, left, right);
                break;
            case (ItemKind.Imbue, ItemKind.Extract):
                second.Credentials = operations.At(ItemReference.Operation(left)).Credentials;
                ends.FinishPair(left, right, HelError.None);
                break;
            case (ItemKind.Push, ItemKind.Pull):
                HandOver(left, right);
                break;
            default:
                ends.FailItem(left, HelError.TransmissionMismatch);
                ends.FailItem(right, HelError.TransmissionMismatch);
                break;
        }
    }

    /// <summary>1 for what gives, 0 for what takes, so that a pair need be looked at one way only.</summary>
    private static int Orientation(ItemKind kind) =>
        kind is ItemKind.Offer or ItemKind.Send or ItemKind.Imbue or ItemKind.Push ? 1 : 0;

    /// <summary>A dismissal succeeds and its counterpart does not; two of them meet in success.</summary>
    private void Dismiss(int left, int right)
    {
        bool isLeft = ItemAt(left).Kind == ItemKind.Dismiss;
        bool isRight = ItemAt(right).Kind == ItemKind.Dismiss;
        ends.FailItem(left, isRight && !isLeft ? HelError.Dismissed : HelError.None);
        ends.FailItem(right, isLeft && !isRight ? HelError.Dismissed : HelError.None);
    }

    private void Copy(ref Item sent, ref Item received, int sender, int receiver)
    {
        if (sent.LengthBytes > received.LengthBytes)
        {
            ends.FinishPair(sender, receiver, HelError.BufferTooSmall);
            return;
        }

        received.Message = sent.Message;
        received.LengthBytes = sent.LengthBytes;
        ends.FinishPair(sender, receiver, HelError.None);
    }

    /// <summary>The sender has done its part in any case; whether the rights suffice is the receiver's affair.</summary>
    private void HandOver(int sender, int receiver)
    {
        Handle<Universe> universe = operations.At(ItemReference.Operation(receiver)).Universe;
        HelError error = pushedDescriptors.HandOver(ref ItemAt(sender), ref ItemAt(receiver), universe);
        ends.FinishItem(sender, HelError.None);
        ends.FinishItem(receiver, error);
    }

    private void OpenConversation(int offer, int accept)
    {
        (Handle<Lane> client, Handle<Lane> server) = lanes.Create(1);
        ItemAt(accept).Conversation = server;
        lanes.HoldBy(server, operations.At(ItemReference.Operation(accept)).Universe);
        bool wantsLane = (ItemAt(offer).Flags & ItemFlags.WantsLane) != 0;
        if (wantsLane)
        {
            ItemAt(offer).Conversation = client;
        }

        StartAncillary(offer, client);
        StartAncillary(accept, server);
        ends.FinishPair(offer, accept, HelError.None);
        if (!wantsLane)
        {
            lanes.Release(client);
        }
    }

    private void StartAncillary(int opener, Handle<Lane> lane) => lanes.EnqueueChain(
        lane, operations.HandleAt(ItemReference.Operation(opener)), ItemReference.Position(opener) + 1);

    private ref Item ItemAt(int reference) =>
        ref operations.At(ItemReference.Operation(reference)).Items[ItemReference.Position(reference)];
}
