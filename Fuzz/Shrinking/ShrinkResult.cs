// What came out of shrinking, and what it took. All figures but the time follow from the finding alone.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>What came out of shrinking.</summary>
/// <param name="Scenario">The scenario; owned by the shrinker, valid until its next use.</param>
/// <param name="Schedule">Its schedule; likewise.</param>
/// <param name="Violation">The violation of the small form.</param>
/// <param name="Effort">What it took.</param>
/// <param name="Reproduces">Whether the small form was strictly replayed with the same violation.</param>
public sealed record ShrinkResult(
    Scenario Scenario, Schedule Schedule, Violation Violation, ShrinkEffort Effort, bool Reproduces);

// Sizes before and after, and what lay between. Candidates, runs and hits are counted in the order of the candidates up to the
// one that was taken, so they do not depend on how many were tried at once.
/// <summary>What shrinking a finding took.</summary>
/// <param name="Before">Size of what was found.</param>
/// <param name="After">Size of what is left.</param>
/// <param name="Candidates">Candidates tried.</param>
/// <param name="Runs">Runs that this took.</param>
/// <param name="MemoHits">Candidates that were known not to show the violation.</param>
/// <param name="Elapsed">Time of the host.</param>
public readonly record struct ShrinkEffort(
    ShrinkMeasure Before, ShrinkMeasure After, int Candidates, int Runs, int MemoHits, TimeSpan Elapsed)
{
    /// <summary>Whether it was ended before all that could make it smaller was tried.</summary>
    public bool HasEndedEarly { get; init; }
}

// What became of a candidate. The two that cost runs are counted, the one that saved them is counted apart.
/// <summary>Outcome of trying a candidate.</summary>
internal enum ShrinkVerdict
{
    /// <summary>The number stood for no candidate, or for none that is smaller.</summary>
    NoCandidate,

    /// <summary>It is smaller and shows the violation.</summary>
    Shown,

    /// <summary>It does not show the violation within the bound.</summary>
    Lost,

    /// <summary>It was lost before.</summary>
    KnownAsLost,
}
