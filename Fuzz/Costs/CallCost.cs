// What one call cost: counts alone, so they are exact and the same on every machine. docs/protocols/README.md defines each.

namespace Managarm.Perf.Fuzz.Costs;

/// <summary>Counts of one call, from its begin to its return.</summary>
public sealed record CallCost
{
    /// <summary>Whether the call returned; without it the other counts are those up to the end of the run.</summary>
    public bool HasReturned { get; init; }

    /// <summary>What it returned, as user code sees it.</summary>
    public string Result { get; init; } = "never";

    /// <summary>Kernel entries of the calling thread, supercalls among them.</summary>
    public uint Entries { get; init; }

    /// <summary>Supercalls of the calling thread.</summary>
    public uint SuperCalls { get; init; }

    /// <summary>Offers on lanes by the calling thread.</summary>
    public uint UserOffers { get; init; }

    /// <summary>Offers on lanes by the POSIX server.</summary>
    public uint ServerOffers { get; init; }

    /// <summary>Events that the calling thread created.</summary>
    public uint Events { get; init; }

    /// <summary>Descriptors that the servers still hold at the end of the run.</summary>
    public int DescriptorsLeft { get; init; }

    /// <summary>Hand-overs between parties from the acceptance of the signal to the reply, or null without a signal.</summary>
    public int? Hops { get; init; }
}
