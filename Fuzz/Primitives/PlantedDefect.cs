// A defect that the explorer plants to show that it would be noticed: in the source of a primitive, or in its accesses.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>One planted defect.</summary>
public sealed record PlantedDefect
{
    /// <summary>Name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Name of the client that meets it.</summary>
    public required string Client { get; init; }

    /// <summary>What it must be caught as under sequential consistency where data races are judged; clean when only weak memory
    /// shows it.</summary>
    public ClientVerdict Expected { get; init; }

    /// <summary>What its results must look like under sequential consistency where data races are not judged.</summary>
    public ClientVerdict Sequential { get; init; }

    /// <summary>What its results must look like under weak memory where data races are not judged.</summary>
    public ClientVerdict Weak { get; init; }

    /// <summary>The wrong line, if the defect is one of the source.</summary>
    public PrimitiveDefect Line { get; init; }

    /// <summary>The weakened access, if the defect is one of ordering or atomicity.</summary>
    public Weakening? Weakening { get; init; }
}
