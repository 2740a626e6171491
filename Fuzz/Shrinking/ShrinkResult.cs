// What came out of shrinking, and what it took. All figures but the time follow from the finding alone.

using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>What came out of shrinking.</summary>
/// <param name="Scenario">The scenario; owned by the shrinker, valid until its next use.</param>
/// <param name="Schedule">Its schedule; likewise.</param>
/// <param name="Violation">The violation of the small form.</param>
/// <param name="Effort">What it took.</param>
/// <param name="Reproduces">Whether the small form was strictly replayed with the same violation.</param>
public sealed record ShrinkResult(
    Scenario Scenario, Schedule Schedule, Violation Violation, ShrinkEffort Effort, bool Reproduces);
