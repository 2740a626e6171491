// What a campaign is to do. Everything that findings depend on is here or in the corpus directory; jobs and time are not
// among it.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Settings of a campaign.</summary>
public sealed record CampaignOptions
{
    /// <summary>Protocols; run number i of a part uses protocol i modulo their count.</summary>
    public required IReadOnlyList<IProtocol> Protocols { get; init; }

    /// <summary>Share of the runs of a protocol with windows, in percent, that are made with all of them repaired: there
    /// nothing that is known can hide what is new.</summary>
    public int RepairedPercent { get; init; } = DefaultRepairedPercent;

    /// <summary>Default of <see cref="RepairedPercent"/>.</summary>
    public const int DefaultRepairedPercent = 50;

    /// <summary>Profile that the oracle applies.</summary>
    public Profile Profile { get; init; }

    /// <summary>Master seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of runs, or 0 for no limit.</summary>
    public long Runs { get; init; }

    /// <summary>Number of steps after which the round is the last, or 0 for no limit; only for campaigns in a
    /// directory.</summary>
    public long Steps { get; init; }

    /// <summary>Time after which the campaign stops, or zero for no limit; it only says when to stop.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Worker threads.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Which part of the runs is done here: those with index = Index modulo Count.</summary>
    public (int Index, int Count) Shard { get; init; } = (0, 1);

    /// <summary>Whether calls that a protocol does not promise to interrupt are judged, too.</summary>
    public bool JudgesAllCalls { get; init; }

    /// <summary>Whether servers handle what is ready in an order that the strategy chooses.</summary>
    public bool RelaxesDispatch { get; init; }

    /// <summary>Directory of scenarios to start from, or null for an empty corpus.</summary>
    public string? CorpusDirectory { get; init; }

    /// <summary>Defects that are on in every run.</summary>
    public DefectSet Defects { get; init; }

    /// <summary>Findings that are expected.</summary>
    public KnownFindings Known { get; init; } = KnownFindings.None;
}
