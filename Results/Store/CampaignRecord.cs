// A campaign as the results store keeps it. Its identifier is the producer's and the same in every copy of the campaign's
// directory, so that whoever imports two copies has one campaign. What the campaign has done so far grows; the rest never
// changes.

namespace Managarm.Perf.Results.Store;

/// <summary>A campaign.</summary>
public sealed record CampaignRecord
{
    /// <summary>The command that began it.</summary>
    public required ProvenanceRecord Provenance { get; init; }

    /// <summary>What names it, wherever its directory lies.</summary>
    public required string Campaign { get; init; }

    /// <summary>Its protocols in their order, with commas between them.</summary>
    public required string Protocols { get; init; }

    /// <summary>Whose rules it applies.</summary>
    public required string Profile { get; init; }

    /// <summary>Its master seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Which part of the work it is, such as 1/4.</summary>
    public string Shard { get; init; } = "1/1";

    /// <summary>Everything else that decides what it does, as its directory writes it.</summary>
    public string Options { get; init; } = "";

    /// <summary>Rounds that are finished.</summary>
    public required long Rounds { get; init; }

    /// <summary>Whether it has done all that it was asked for.</summary>
    public required bool IsFinished { get; init; }

    /// <summary>Runs of its finished rounds.</summary>
    public required long Runs { get; init; }

    /// <summary>Calls of those runs.</summary>
    public required long Calls { get; init; }

    /// <summary>Steps of those runs.</summary>
    public required long Steps { get; init; }

    /// <summary>Decisions of those runs.</summary>
    public required long Decisions { get; init; }

    /// <summary>Scenarios in its corpus.</summary>
    public required long CorpusEntries { get; init; }
}
