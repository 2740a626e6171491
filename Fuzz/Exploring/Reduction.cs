// How much of the tree of schedules an exploration leaves out.

namespace Managarm.Perf.Fuzz;

/// <summary>Kind of partial-order reduction.</summary>
public enum Reduction
{
    /// <summary>Nothing: every schedule.</summary>
    None,

    /// <summary>Sleep sets alone: every choice is tried, but no two runs differ only in the order of independent
    /// transitions.</summary>
    Sleep,

    /// <summary>Source sets and sleep sets: a choice is tried only where a race demands it.</summary>
    Source,
}
