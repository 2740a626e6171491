// One action of an exchange and its result (hel.h, HelAction). Flags say where it runs: the items of a submission form chains; an
// ancillary chain runs on the conversation lane that its offer or accept opens.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>An action of an exchange, later its result.</summary>
public struct Item
{
    /// <summary>Bytes that an inline receive has room for (hel.cpp hard-codes them).</summary>
    public const int InlineBytes = 128;

    /// <summary>Kind.</summary>
    public ItemKind Kind;

    /// <summary>Where it stands in its chain, and whether an offer wants its lane.</summary>
    public ItemFlags Flags;

    /// <summary>Result code.</summary>
    public HelError Error;

    /// <summary>Item on whose conversation lane this one runs, by position + 1, or 0 at the root; the kernel's.</summary>
    public byte Parent;

    /// <summary>Next item in the lane's queue, as an <see cref="ItemReference"/>, or 0.</summary>
    public int Next;

    /// <summary>Sends: bytes of the buffer. Receives: room for so many bytes, afterwards the bytes received.</summary>
    public int LengthBytes;

    /// <summary>Credentials shown or extracted: index of the thread.</summary>
    public uint Credentials;

    /// <summary>Push and pull: the descriptor. Push: its number and the rights to expose; pull: the rights that it must have,
    /// afterwards its number in the receiver's universe.</summary>
    public Descriptor Descriptor;

    /// <summary>Message sent or received.</summary>
    public Message Message;

    /// <summary>Conversation lane that an accept or a wanting offer got.</summary>
    public Handle<Lane> Conversation;

    /// <summary>Whether it takes bytes.</summary>
    public readonly bool IsReceive => Kind is ItemKind.ReceiveInline or ItemKind.ReceiveBuffer;

    /// <summary>Bytes of its result in a completion element (hel.h, Hel*Result), padded to 8.</summary>
    /// <param name="inlineBytes">Bytes received inline.</param>
    /// <returns>8 to 16, and what was received.</returns>
    public readonly int ResultBytes(int inlineBytes) => Kind switch
    {
        ItemKind.Offer or ItemKind.Accept or ItemKind.Pull or ItemKind.ReceiveBuffer => 16,
        ItemKind.Extract => 24,
        ItemKind.ReceiveInline => 16 + ((inlineBytes + 7) & ~7),
        _ => 8,
    };
}

/// <summary>Kind of an item; each kind meets exactly one other kind, or a dismissal.</summary>
public enum ItemKind : byte
{
    /// <summary>Unused.</summary>
    None,

    /// <summary>Opens a conversation; meets <see cref="Accept"/>.</summary>
    Offer,

    /// <summary>Takes a conversation; meets <see cref="Offer"/>.</summary>
    Accept,

    /// <summary>Sends from a buffer; meets either receive.</summary>
    Send,

    /// <summary>Receives into the completion itself; meets <see cref="Send"/>.</summary>
    ReceiveInline,

    /// <summary>Receives into a buffer; meets <see cref="Send"/>.</summary>
    ReceiveBuffer,

    /// <summary>Shows the submitting thread's credentials; meets <see cref="Extract"/>.</summary>
    Imbue,

    /// <summary>Gets the peer's credentials; meets <see cref="Imbue"/>.</summary>
    Extract,

    /// <summary>Gives a copy of a descriptor; meets <see cref="Pull"/>.</summary>
    Push,

    /// <summary>Takes a descriptor into the own universe; meets <see cref="Push"/>.</summary>
    Pull,

    /// <summary>Refuses whatever the peer has next.</summary>
    Dismiss,
}

/// <summary>Flags of an item; as in hel.</summary>
[Flags]
public enum ItemFlags : byte
{
    /// <summary>Last of its chain.</summary>
    None = 0,

    /// <summary>The next item that is not ancillary belongs to the same chain.</summary>
    Chain = 1,

    /// <summary>The next item begins the chain on this item's conversation lane.</summary>
    Ancillary = 2,

    /// <summary>The offer's completion carries a handle to the conversation lane.</summary>
    WantsLane = 4,
}

/// <summary>Names an item of an operation in one word: operation index and position.</summary>
internal static class ItemReference
{
    internal const int None = 0;

    internal static int Of(uint operation, int position) => (int)((operation << 3) | (uint)position) + 1;

    internal static int Operation(int reference) => (reference - 1) >> 3;

    internal static int Position(int reference) => (reference - 1) & 7;
}
