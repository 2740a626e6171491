// A finding as the results store keeps it: where it was found never changes; its cause may be found later, and its scenario may
// be shrunk further.

namespace Managarm.Perf.Results.Store;

/// <summary>A finding of a campaign.</summary>
public sealed record FindingRecord
{
    /// <summary>The command that found it.</summary>
    public required ProvenanceRecord Provenance { get; init; }

    /// <summary>Its campaign, which the store must have.</summary>
    public required string Campaign { get; init; }

    /// <summary>Its name in the campaign: that of its folder.</summary>
    public required string Finding { get; init; }

    /// <summary>The protocol as its campaign was given it; the scenario says with which repairs it was run.</summary>
    public required string Protocol { get; init; }

    /// <summary>Whose rules were applied.</summary>
    public required string Profile { get; init; }

    /// <summary>What is violated.</summary>
    public required string Invariant { get; init; }

    /// <summary>The call of which it is violated, or nothing.</summary>
    public required string Call { get; init; }

    /// <summary>The round that found it.</summary>
    public required long Round { get; init; }

    /// <summary>The run that found it, from 0 in its campaign.</summary>
    public required long Run { get; init; }

    /// <summary>What tells it apart from others.</summary>
    public required string Signature { get; init; }

    /// <summary>The shrunk scenario with its schedule, as text.</summary>
    public required string Scenario { get; init; }

    /// <summary>Whether nobody has listed its cause.</summary>
    public required bool IsNew { get; init; }

    /// <summary>What it goes back to, which the store must have for its campaign and protocol; null until it is known.</summary>
    public string? Cause { get; init; }
}
