// Looks for any schedule with fewer deviations than the one at hand, related or not. It comes first, too: a raw finding of a
// random walk has a hundred deviations and mostly needs one, and whoever needs one is cheap to shrink.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Searches a shorter schedule for the same scenario.</summary>
internal sealed class FewerDeviations : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => schedule.Count > 0 ? 1 : 0;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.MaximumDeviations = candidate.Schedule.Count - 1;
        return true;
    }
}
