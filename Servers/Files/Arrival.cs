// What a serving loop knows of a request when it has accepted it and before anything is awaited: whatever must be in the order of
// the lane is taken here, since the handler that goes on with it runs beside others.

using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Servers.Files;

/// <summary>A request that has just been accepted on a passthrough lane.</summary>
public struct Arrival
{
    /// <summary>Conversation lane; the handler releases it.</summary>
    public Handle<Lane> Conversation;

    /// <summary>Serving loop, or the server where that has one registry.</summary>
    public uint Scope;

    /// <summary>Lane on which it came.</summary>
    public uint Lane;

    /// <summary>Head of the request.</summary>
    public Message Request;

    /// <summary>Whether the server will not look at the request's token.</summary>
    public bool IsUncancellable;

    /// <summary>Hops that the server needs before it looks a cancel up.</summary>
    public int LookUpHops;

    /// <summary>Place in the order of the lane, from 1 on.</summary>
    public uint Number;

    /// <summary>What the protocol holds for it in a table of its own, or nothing.</summary>
    public UntypedHandle Held;
}
