// A finished round of a campaign. All of it but the time follows from the campaign's options, so a round that is stored with
// other figures is an error and not news.

namespace Managarm.Perf.Results.Store;

/// <summary>A round of a campaign.</summary>
public sealed record RoundRecord
{
    /// <summary>The command that made it.</summary>
    public required ProvenanceRecord Provenance { get; init; }

    /// <summary>Its campaign, which the store must have.</summary>
    public required string Campaign { get; init; }

    /// <summary>Its number, from 1.</summary>
    public required long Round { get; init; }

    /// <summary>How long it took.</summary>
    public required long ElapsedMilliseconds { get; init; }

    /// <summary>Its runs.</summary>
    public required long Runs { get; init; }

    /// <summary>Their steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Runs in which something was violated.</summary>
    public required long Violations { get; init; }

    /// <summary>Scenarios in the corpus at its end.</summary>
    public required long CorpusEntries { get; init; }
}
