// One end of a lane. Items submitted at one end queue there until the other end has the matching ones; matching is first in,
// first out in each direction. An end lives while somebody holds it or items are queued at it; when it dies the peer's items
// end with EndOfLane.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>One end of a lane.</summary>
public struct Lane
{
    /// <summary>The other end.</summary>
    public UntypedHandle Peer;

    /// <summary>First queued item, as item reference, or 0.</summary>
    public int QueueHead;

    /// <summary>Last queued item, as item reference, or 0.</summary>
    public int QueueTail;

    /// <summary>Descriptors and handles that keep this end alive.</summary>
    public int References;

    /// <summary>Server whose own handle keeps this end alive, by its universe, or none.</summary>
    public UntypedHandle Holder;

    /// <summary>Whether this end is gone.</summary>
    public bool IsClosed;

    /// <summary>Whether this end was shut down by its owner.</summary>
    public bool IsShutDown;
}
