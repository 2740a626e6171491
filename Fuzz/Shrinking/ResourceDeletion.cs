// Leaves out one pipe or device; the calls that name it go with it, or do without it where they may.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes single resources.</summary>
internal sealed class ResourceDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.ResourceCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.Scenario.ResourceAt(candidate.Scenario.ResourceCount - 1 - number).Kind = ResourceKind.None;
        return true;
    }
}
