// What an exploration may do and when it stops. By default it leaves out all that differs in nothing, runs to its end and stops
// at the first violation, because a certificate is all or nothing.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Options of an exploration.</summary>
public sealed record ExploreOptions
{
    /// <summary>Runs at most.</summary>
    public long RunsMax { get; init; } = long.MaxValue;

    /// <summary>How much is left out.</summary>
    public Reduction Reduction { get; init; } = Reduction.Source;

    /// <summary>Defects that are on.</summary>
    public DefectSet Defects { get; init; }

    /// <summary>Whether to go on after a violation, to learn of all.</summary>
    public bool CollectsAll { get; init; }

    /// <summary>Is told of the end of every run that has not been cut short; the system shows its last state.</summary>
    public Action<ModelSystem, Violation>? RunEnded { get; init; }

    /// <summary>Ends the search early; it can be resumed.</summary>
    public CancellationToken Stop { get; init; }
}

// How much of the tree of schedules an exploration leaves out. The weaker kinds exist to be compared with: what they see, the
// strongest must see, too.
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
