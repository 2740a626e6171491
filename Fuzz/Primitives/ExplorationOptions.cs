// How an exploration is done. The defaults explore the shipped source completely, each equivalence class once.

namespace Managarm.Perf.Fuzz;

/// <summary>Options of an exploration.</summary>
public sealed record ExplorationOptions
{
    /// <summary>The fault to plant, if any.</summary>
    public PlantedFault? Fault { get; init; }

    /// <summary>Whether interleavings that differ only in the order of independent steps are explored once (sleep sets).
    /// Without it every interleaving is explored.</summary>
    public bool Reduces { get; init; } = true;

    /// <summary>Preemptions per interleaving at most; a bound below the maximum needs <see cref="Reduces"/> to be off.</summary>
    public int PreemptionsMax { get; init; } = int.MaxValue;

    /// <summary>Whether to remember what the threads of each interleaving got.</summary>
    public bool CollectsOutcomes { get; init; }

    /// <summary>Ends an exploration before it is complete.</summary>
    public CancellationToken Stop { get; init; }
}
