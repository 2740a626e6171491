// What a read meets decides what its latency consists of. Round trips and woken reads are uncancelled; only a cancelled one goes
// through what the protocols differ in.

namespace Managarm.Perf.Bench.Workloads.Reads;

/// <summary>Situation of a read.</summary>
public enum ReadKind
{
    /// <summary>The bytes are there: from the call to its return.</summary>
    RoundTrip,

    /// <summary>The read is blocked and bytes arrive: from their arrival to the return.</summary>
    Woken,

    /// <summary>The read is blocked and a signal arrives: from its arrival to the return with EINTR, after the handler.
    /// </summary>
    Cancelled,
}
