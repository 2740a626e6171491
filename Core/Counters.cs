// Deterministic counters of a run. They have no noise, so they are what gates compare: equal inputs must give equal counters
// on every machine. They live in the hot arena and cost an increment each.

namespace Managarm.Perf.Core;

/// <summary>What a run cost, in counts.</summary>
public record struct Counters
{
    /// <summary>Kernel entries by user threads: drives, submissions, supercalls.</summary>
    public uint UserEntries;

    /// <summary>Kernel entries by servers.</summary>
    public uint ServerEntries;

    /// <summary>Supercalls, a subset of <see cref="UserEntries"/>.</summary>
    public uint SuperCalls;

    /// <summary>Messages: offers on lanes.</summary>
    public uint Messages;

    /// <summary>Completions posted to queues.</summary>
    public uint Completions;

    /// <summary>Payload bytes moved between user code and pipes or devices.</summary>
    public uint PayloadBytes;

    /// <summary>Calls made by user code.</summary>
    public uint Calls;

    /// <summary>Calls that returned to user code.</summary>
    public uint CallsReturned;

    /// <summary>Signals accepted.</summary>
    public uint SignalsAccepted;

    /// <summary>Signals accepted while their thread was inside a call.</summary>
    public uint SignalsAcceptedInCall;
}
