// How an exploration is done. The defaults explore the shipped source completely, each equivalence class once.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Options of an exploration.</summary>
public sealed record ExplorationOptions
{
    /// <summary>The defect to plant, if any.</summary>
    public PlantedDefect? Defect { get; init; }

    /// <summary>What the threads see of memory.</summary>
    public MemoryKind Memory { get; init; } = MemoryKind.Sequential;

    /// <summary>Whether a data race is a verdict. Without it, plain accesses of words that threads share are steps of their own,
    /// so that what a race leads to is found in the results.</summary>
    public bool JudgesRaces { get; init; } = true;

    /// <summary>Whether interleavings that differ only in the order of independent steps are explored once (sleep sets).
    /// Without it every interleaving is explored.</summary>
    public bool Reduces { get; init; } = true;

    /// <summary>Preemptions, loads of older stores and stores before older ones, per interleaving at most; a bound
    /// below the maximum needs <see cref="Reduces"/> to be off.</summary>
    public int DeviationsMax { get; init; } = int.MaxValue;

    /// <summary>Whether to remember what the threads of each interleaving got.</summary>
    public bool CollectsOutcomes { get; init; }

    /// <summary>Ends an exploration before it is complete.</summary>
    public CancellationToken Stop { get; init; }
}
