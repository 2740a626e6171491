// What a hunt for planted defects is to do. Jobs are not among what its result depends on.

using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Settings of a hunt for defects.</summary>
public sealed record DefectHuntOptions
{
    /// <summary>Protocol in which all are looked for, or null for each one's own.</summary>
    public IProtocol? Protocol { get; init; }

    /// <summary>Directory of scenarios to start from, or null for an empty corpus.</summary>
    public string? CorpusDirectory { get; init; }

    /// <summary>Master seeds: the hunt is made with each of 1 to this number.</summary>
    public int Seeds { get; init; } = 20;

    /// <summary>Runs per defect and seed at most.</summary>
    public ulong Runs { get; init; } = 16_384;

    /// <summary>Worker threads.</summary>
    public int Jobs { get; init; } = 1;
}
