// What an exploration may do and when it stops.

using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

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
