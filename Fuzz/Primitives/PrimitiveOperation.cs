// The operations of the primitives by name: what a history consists of, what a specification judges, and where a planted
// weakness of an access applies.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>An operation of a primitive, as a client calls it.</summary>
public enum PrimitiveOperation : byte
{
    /// <summary>Outside of any operation.</summary>
    None,

    /// <summary>Claims a slot, fills it, publishes it; result 1, or 0 when full.</summary>
    Send,

    /// <summary>Peeks at a message, reads it, releases it; result is the message, or -1 when empty.</summary>
    Receive,

    /// <summary>Claims a slot; result is its position, or -1 when full.</summary>
    Claim,

    /// <summary>Publishes a claimed slot: argument is position * 256 + message, result 1.</summary>
    Publish,

    /// <summary>Looks at the oldest slot; result is the message, or -1 when it is not published.</summary>
    Peek,

    /// <summary>Gives the peeked slot back; result 1.</summary>
    Release,

    /// <summary>Registers as the waiter of an event: argument is the generation, result an outcome.</summary>
    Await,

    /// <summary>Raises an event: argument is the generation, result is outcome * 256 + waiter.</summary>
    Raise,

    /// <summary>Cancels an event: argument is the generation, result is outcome * 256 + waiter.</summary>
    Cancel,

    /// <summary>Asks what happened to an event: argument is the generation, result an outcome.</summary>
    Ask,

    /// <summary>Sets notify bits: argument is the bits, result 1 when one was newly set.</summary>
    SetBits,

    /// <summary>Clears notify bits: argument is the bits, result those that were set.</summary>
    ClearBits,

    /// <summary>Loads notify bits: result is all of them.</summary>
    LoadBits,

    /// <summary>Takes an object; result is slot * 256 + generation, or -1 when none is free.</summary>
    Allocate,

    /// <summary>The owner gives an object back: argument as Allocate's result, result 1 unless the handle is stale.</summary>
    Free,

    /// <summary>A return begins: until it ends, its object may or may not be found free.</summary>
    BeginReturn,

    /// <summary>A return has ended.</summary>
    EndReturn,

    /// <summary>The other thread gives an object back: argument and result as of Free.</summary>
    Return,

    /// <summary>Asks for the object of a handle: argument as Allocate's result, result 1 unless the handle is stale.</summary>
    Get,
}
