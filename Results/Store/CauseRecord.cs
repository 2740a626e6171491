// What findings of a campaign go back to, and how many of its violations do. A cause is counted again with every round, so its
// figures grow with its campaign.

namespace Managarm.Perf.Results.Store;

/// <summary>A cause in a campaign.</summary>
public sealed record CauseRecord
{
    /// <summary>The command that saw it first.</summary>
    public required ProvenanceRecord Provenance { get; init; }

    /// <summary>The campaign, which the store must have.</summary>
    public required string Campaign { get; init; }

    /// <summary>The protocol in which it was seen.</summary>
    public required string Protocol { get; init; }

    /// <summary>Its name; several windows that only together explain a violation are one cause.</summary>
    public required string Cause { get; init; }

    /// <summary>What it is.</summary>
    public required CauseKind Kind { get; init; }

    /// <summary>Violations that go back to it so far.</summary>
    public required long Violations { get; init; }

    /// <summary>Whether nobody has listed it.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Why it is accepted, or nothing.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The first run that showed it, from 0, if that is known.</summary>
    public long? FirstRun { get; init; }
}
