// The defect bank: faults that can be switched on, one bit each. They are planted at the place where the real system had, or
// could have, the fault, and exist to prove that the oracle sees it with the budget that finds nothing without it. With all
// bits off nothing differs: the tests compare counters, traces and schedules.

namespace Managarm.Perf.Core;

/// <summary>A fault that can be planted into the kernel, the servers or a protocol.</summary>
public enum Defect : byte
{
    /// <summary>Raising a oneshot event twice fails an assertion instead of returning an error (managarm d6e3ac734).</summary>
    EventRaisedTwiceAsserts,

    /// <summary>A finished request leaves its entry in the cancellation registry.</summary>
    RegistryEntryKept,

    /// <summary>A cancelled read has consumed the bytes that it does not return.</summary>
    BytesConsumedWithInterrupt,

    /// <summary>Leaving the outermost guard does not reset the guard flag.</summary>
    FlagNotReset,

    /// <summary>Freeing a slot does not bump its generation, so stale handles name the next object.</summary>
    GenerationNotBumped,

    /// <summary>The kernel posts a completion twice.</summary>
    CompletionPostedTwice,

    /// <summary>The consumer clears the notify bits and blocks without looking at the queue again (managarm PR 1281).</summary>
    ClearWithoutRecheck,

    /// <summary>Only one pending signal is handled per observation (before managarm c2712d968).</summary>
    OneSignalPerObservation,

    /// <summary>Setting a signal to ignored discards the parked signal (before managarm 5f4bc1ee6).</summary>
    ParkedSignalDroppedByIgnore,

    /// <summary>The mask that sigsuspend installed stays after it returns.</summary>
    MaskNotRestored,

    /// <summary>A cancel also ends the request of a neighbour on the same lane or in the same server.</summary>
    CancelReachesNeighbour,

    /// <summary>An expired timer posts its completion a second time (before managarm 5b7c74801).</summary>
    TimerPostsTwice,

    /// <summary>An explicitly ignored signal still cancels the call (before managarm b8efca341).</summary>
    IgnoredSignalInterrupts,

    /// <summary>Pending signals are not looked at when a handler returns (before managarm d1fa42725).</summary>
    NoCheckAfterHandler,

    /// <summary>A descriptor that the server took for an alert is not closed (managarm before ec251030a).</summary>
    AlertDescriptorLeaked,

    /// <summary>All threads of a process have the credentials of its main thread, so that their cancellation ids
    /// collide.</summary>
    CredentialsShared,

    /// <summary>The KILL signal can be blocked, ignored and caught (managarm issue 1188).</summary>
    KillCanBeBlocked,

    /// <summary>Number of defects; not a defect.</summary>
    Count,
}
