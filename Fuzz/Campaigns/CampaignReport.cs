// What a campaign reports while it runs and at its end. Findings are reported shrunk and verified, once per signature.

using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

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

/// <summary>A shrunk and verified finding.</summary>
public sealed record RawFinding
{
    /// <summary>Protocol.</summary>
    public required IProtocol Protocol { get; init; }

    /// <summary>Profile.</summary>
    public required Profile Profile { get; init; }

    /// <summary>Scenario with its schedule line.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>The violation.</summary>
    public required Violation Violation { get; init; }

    /// <summary>Whether all calls were covered (--calls all), not only the wired ones; a replay must do the same.</summary>
    public required bool JudgesAllCalls { get; init; }

    /// <summary>Defects that were on.</summary>
    public required DefectSet Defects { get; init; }

    /// <summary>Run of the campaign that showed it first.</summary>
    public required long RunIndex { get; init; }

    /// <summary>Signature.</summary>
    public required string Signature { get; init; }
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
