// Leaves out one call, the last ones first: what comes late depends on what came before, seldom the other way round.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes single calls.</summary>
internal sealed class CallDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.CallCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.Scenario.RemoveCall(candidate.Scenario.CallCount - 1 - number);
        return true;
    }
}
