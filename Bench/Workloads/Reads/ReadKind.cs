// What a read meets, which decides what its latency consists of.

namespace Managarm.Perf.Bench;

/// <summary>Situation of a read.</summary>
public enum ReadKind
{
    /// <summary>The bytes are there: from the call to its return.</summary>
    RoundTrip,

    /// <summary>The read is blocked and bytes arrive: from their arrival to the return.</summary>
    Woken,

    /// <summary>The read is blocked and a signal arrives: from its arrival to the return with EINTR, the handler included.</summary>
    Cancelled,
}
