// The rings in C by name. What each of them is, and where it comes from, is written beside its lines in rings.c.

namespace Managarm.Perf.Bench.Workloads.Peers;

/// <summary>A shape of the rings in C.</summary>
public enum PeerShape
{
    /// <summary>Two positions that both sides read, each with a copy of the other's.</summary>
    Counters,

    /// <summary>A sequence in the slot's line that both sides write.</summary>
    Sequence,

    /// <summary>A sequence in the slot's line, and a position that is told in batches.</summary>
    Batched,
}
