// The world's own words in the hot arena: the failed assertion of the modelled system, if any, and the deterministic counters.

namespace Managarm.Perf.Core;

/// <summary>State that belongs to no part.</summary>
internal struct WorldState
{
    /// <summary>The failed assertion, if any.</summary>
    public PanicCode Panic;

    /// <summary>When it failed.</summary>
    public uint PanicStep;

    /// <summary>What the run cost so far.</summary>
    public Counters Counters;
}

/// <summary>Assertions of the modelled system that user code must not be able to make fail.</summary>
public enum PanicCode : byte
{
    /// <summary>None failed.</summary>
    None,

    /// <summary>A oneshot event was raised twice (thor before managarm d6e3ac734).</summary>
    EventRaisedTwice,

    /// <summary>A completion arrived that nobody waits for (mlibc posix-pipe.hpp, __ensure on the context).</summary>
    UnexpectedCompletion,

    /// <summary>The guard flag held an impossible value at guard exit (mlibc entry.cpp, __ensure).</summary>
    BadGuardFlag,

    /// <summary>A reply had an error that mlibc checks with HEL_CHECK (lane closed with a request in flight).</summary>
    UncheckedLaneError,

    /// <summary>The kernel found a queue corrupted.</summary>
    QueueCorrupted,

    /// <summary>A handle was given out twice, so that a stale one names another object (thor counts handles up).</summary>
    HandleReused,

    /// <summary>The server resumed or interrupted a thread in a wrong state (HEL_CHECK in the POSIX server).</summary>
    BadThreadState,

    /// <summary>An event was awaited with a sequence that it has not reached (thor event.cpp, assert on the sequence).</summary>
    EventSequence,

    /// <summary>A kernel call failed that a server checks with HEL_CHECK.</summary>
    UncheckedServerError,

    /// <summary>An interrupt pin reported to an interrupt object that is gone (thor irq.cpp, a dangling pointer).</summary>
    InterruptSinkGone,

    /// <summary>An object was used after it was freed (a lifetime error: in C++ a use after free).</summary>
    StaleHandle,
}
