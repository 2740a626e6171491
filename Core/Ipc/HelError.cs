// Results of kernel calls and of items, named as in hel (hel/include/hel.h): what user-reachable misuse yields instead of a
// panic.

namespace Managarm.Perf.Core.Ipc;

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

    /// <summary>The handle names an object of another kind.</summary>
    BadDescriptor,

    /// <summary>The handle lacks a right that the operation needs.</summary>
    BadRights,

    /// <summary>What is sent is longer than what the receiver has room for; both sides get this.</summary>
    BufferTooSmall,

    /// <summary>The peer did not want to exchange anything for this item.</summary>
    Dismissed,

    /// <summary>An argument is out of its range.</summary>
    IllegalArgs,

    /// <summary>The completion could not fit into a chunk of the queue.</summary>
    QueueTooSmall,

    /// <summary>The futex did not hold the expected value.</summary>
    FutexRace,

    /// <summary>The deadline has passed.</summary>
    Timeout,

    /// <summary>A table of the kernel is full.</summary>
    NoMemory,
}
