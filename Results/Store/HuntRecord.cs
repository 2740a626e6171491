// A hunt for one planted defect: how many runs a campaign needed until it showed, for each master seed. A command that hunts
// several defects makes several of these, with one provenance.

namespace Managarm.Perf.Results.Store;

/// <summary>A hunt for a defect.</summary>
public sealed record HuntRecord
{
    /// <summary>The command that hunted.</summary>
    public required ProvenanceRecord Provenance { get; init; }

    /// <summary>The defect.</summary>
    public required string Defect { get; init; }

    /// <summary>The protocol under which it was looked for.</summary>
    public required string Protocol { get; init; }

    /// <summary>Whose rules were applied.</summary>
    public required string Profile { get; init; }

    /// <summary>What the campaigns began from.</summary>
    public required string Corpus { get; init; }

    /// <summary>Runs per seed at most.</summary>
    public required long RunsAtMost { get; init; }

    /// <summary>One per master seed.</summary>
    public required IReadOnlyList<HuntAttemptRecord> Attempts { get; init; }
}

/// <summary>What one master seed took.</summary>
/// <param name="Seed">The master seed.</param>
/// <param name="Runs">Its runs.</param>
/// <param name="IsFound">Whether the last of them showed the defect.</param>
public sealed record HuntAttemptRecord(ulong Seed, long Runs, bool IsFound);
