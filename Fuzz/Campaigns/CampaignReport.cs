// What a campaign reports while it runs and at its end. Findings are reported shrunk and verified, once per signature.

using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Result of a campaign.</summary>
/// <param name="Findings">Findings in order of discovery.</param>
/// <param name="Totals">Final figures.</param>
public sealed record CampaignReport(IReadOnlyList<RawFinding> Findings, CampaignProgress Totals)
{
    /// <summary>Violations that there was no time to shrink; empty when the campaign was one of a number of runs.</summary>
    public IReadOnlyList<UnshrunkViolation> Unshrunk { get; init; } = [];

    /// <summary>A line per cause and protocol.</summary>
    public IReadOnlyList<CampaignCauseLine> Causes { get; init; } = [];

    /// <summary>Violations that were neither counted for a cause nor examined, since the budget for that was spent.</summary>
    public long LeftOut { get; init; }
}

/// <summary>Figures of a campaign so far.</summary>
public readonly record struct CampaignProgress
{
    /// <summary>Runs done.</summary>
    public long Runs { get; init; }

    /// <summary>How many of them earlier sessions have made.</summary>
    public long RunsBefore { get; init; }

    /// <summary>Steps taken in them.</summary>
    public long Steps { get; init; }

    /// <summary>Decisions taken in them.</summary>
    public long Decisions { get; init; }

    /// <summary>Calls made in them.</summary>
    public long Calls { get; init; }

    /// <summary>Runs in which a signal was accepted in the middle of a call.</summary>
    public long RunsWithSignalInCall { get; init; }

    /// <summary>Scenarios in the corpus.</summary>
    public int CorpusCount { get; init; }

    /// <summary>Findings reported.</summary>
    public int Findings { get; init; }

    /// <summary>Violations that are being shrunk; 0 while runs are made.</summary>
    public int Shrinking { get; init; }

    /// <summary>How many of these are shrunk.</summary>
    public int Shrunk { get; init; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>Watches a campaign; called on the campaign's own thread unless it says otherwise.</summary>
public interface ICampaignObserver
{
    /// <summary>Called now and then.</summary>
    /// <param name="progress">Figures so far.</param>
    void Progress(in CampaignProgress progress);

    /// <summary>Called for each new finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <returns>Name of its folder; empty when it is kept nowhere.</returns>
    string Found(RawFinding finding);

    /// <summary>Called for each violation that may be shrunk, by the worker that has seen it, on any thread.</summary>
    /// <param name="violation">The violation.</param>
    void Seen(PendingViolation violation)
    {
    }

    /// <summary>Called when a violation is shrunk and told, or when enough of its kind were.</summary>
    /// <param name="violation">The violation.</param>
    void Settled(PendingViolation violation)
    {
    }
}
