// What a campaign's report has a line for: a cause, told by the first finding that has it. Findings that nothing explains are
// cases of their own, since nobody has shown that two of them are one.

using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Reports;

/// <summary>A cause of a campaign.</summary>
/// <param name="Protocol">Name of the protocol without repairs.</param>
/// <param name="Cause">The cause.</param>
/// <param name="Known">Why it is expected, or null when it is new.</param>
/// <param name="Runs">Runs that have shown it; 0 where nothing explains it, for nobody counts those apart.</param>
/// <param name="Findings">How many findings of the campaign have it.</param>
/// <param name="Finding">The first of them.</param>
public sealed record CampaignCase(
    string Protocol, Cause Cause, KnownFinding? Known, long Runs, int Findings, FindingFacts Finding)
{
    /// <summary>Whether it is expected by no list.</summary>
    public bool IsNew => Known is null;

    /// <summary>Cause and protocol, and the runs that have shown it.</summary>
    public string Title => $"{Cause} of {Protocol}: {Finding.Signature}";
}
