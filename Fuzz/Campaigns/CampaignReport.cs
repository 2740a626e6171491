// What a campaign reports while it runs and at its end. Findings are reported shrunk and verified, once per signature.

namespace Managarm.Perf.Fuzz;

/// <summary>Result of a campaign.</summary>
/// <param name="Findings">Findings in order of discovery.</param>
/// <param name="Totals">Final figures.</param>
public sealed record CampaignReport(IReadOnlyList<RawFinding> Findings, CampaignProgress Totals);

/// <summary>Figures of a campaign so far.</summary>
public readonly record struct CampaignProgress
{
    /// <summary>Runs done.</summary>
    public long Runs { get; init; }

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

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>Watches a campaign; called on the campaign's own thread.</summary>
public interface ICampaignObserver
{
    /// <summary>Called now and then.</summary>
    /// <param name="progress">Figures so far.</param>
    void Progress(in CampaignProgress progress);

    /// <summary>Called for each new finding.</summary>
    /// <param name="finding">The finding.</param>
    void Found(RawFinding finding);
}
