// Results of kernel calls and of items, named as in hel (hel/include/hel.h): what user-reachable misuse yields instead of a
// panic.

namespace Managarm.Perf.Core;

/// <summary>Error of a kernel operation.</summary>
public enum HelError : byte
{
    /// <summary>Success.</summary>
    None,

    /// <summary>The wait or operation was interrupted or cancelled.</summary>
    Cancelled,

    /// <summary>The peer's end of the lane is gone.</summary>
    EndOfLane,

    /// <summary>The own end of the lane was shut down.</summary>
    LaneShutdown,

    /// <summary>The two sides of a lane meet with actions that do not fit together.</summary>
    TransmissionMismatch,

    /// <summary>The handle names nothing in its universe.</summary>
    NoDescriptor,

    /// <summary>The object is not in a state for this operation.</summary>
    IllegalState,

    /// <summary>The thread has ended.</summary>
    ThreadTerminated,
}
