// One action of an exchange and its result. An offer or accept opens a conversation lane on which the items behind it run.

namespace Managarm.Perf.Core;

/// <summary>An action of an exchange, later its result.</summary>
public struct Item
{
    /// <summary>Kind.</summary>
    public ItemKind Kind;

    /// <summary>Result code.</summary>
    public HelError Error;

    /// <summary>Whether an offer wants a handle to the conversation lane.</summary>
    public bool WantsLane;

    /// <summary>Next item in the lane's queue, as an <see cref="ItemReference"/>, or 0.</summary>
    public int Next;

    /// <summary>Credentials shown or extracted: index of the thread.</summary>
    public uint Credentials;

    /// <summary>Message sent or received.</summary>
    public Message Message;

    /// <summary>Conversation lane that an accept or a wanting offer got.</summary>
    public Handle<Lane> Conversation;
}

/// <summary>Kind of an item; each kind meets exactly one other kind.</summary>
public enum ItemKind : byte
{
    /// <summary>Unused.</summary>
    None,

    /// <summary>Opens a conversation; meets <see cref="Accept"/>.</summary>
    Offer,

    /// <summary>Takes a conversation; meets <see cref="Offer"/>.</summary>
    Accept,

    /// <summary>Sends a message; meets <see cref="Receive"/>.</summary>
    Send,

    /// <summary>Receives a message; meets <see cref="Send"/>.</summary>
    Receive,

    /// <summary>Shows the submitting thread's credentials; meets <see cref="Extract"/>.</summary>
    Imbue,

    /// <summary>Gets the peer's credentials; meets <see cref="Imbue"/>.</summary>
    Extract,
}

/// <summary>Names an item of an operation in one word: operation index and position.</summary>
internal static class ItemReference
{
    internal const int None = 0;

    internal static int Of(uint operation, int position) => (int)((operation << 3) | (uint)position) + 1;

    internal static int Operation(int reference) => (reference - 1) >> 3;

    internal static int Position(int reference) => (reference - 1) & 7;
}
