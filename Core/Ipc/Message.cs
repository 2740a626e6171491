// A message is one fixed struct plus a payload handle. Its kind and arguments are the servers' business; payload bytes are
// named by the stream they belong to and their position in it, so that the ledger can tell every single byte from every
// other.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Core.Ipc;

/// <summary>What a send carries and a receive gets.</summary>
public struct Message
{
    /// <summary>Kind of request or reply, defined by the protocol that speaks on the lane.</summary>
    public ushort Kind;

    /// <summary>Error code of a reply.</summary>
    public Errno Error;

    /// <summary>Cancellation id of a request, or 0.</summary>
    public uint CancellationId;

    /// <summary>First argument or result.</summary>
    public int Argument0;

    /// <summary>Second argument or result.</summary>
    public int Argument1;

    /// <summary>Third argument or result.</summary>
    public int Argument2;

    /// <summary>Fourth argument or result.</summary>
    public int Argument3;

    /// <summary>64-bit argument: masks and deadlines in ticks.</summary>
    public long LongArgument;

    /// <summary>Payload.</summary>
    public DataRange Data;
}

/// <summary>Payload bytes: a piece of one byte stream.</summary>
/// <param name="Stream">Number of the stream (pipe or device).</param>
/// <param name="Start">Position of the first byte in the stream.</param>
/// <param name="Count">Number of bytes.</param>
public readonly record struct DataRange(int Stream, uint Start, uint Count);
