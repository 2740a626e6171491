// Leaves out one thread, process, handler or line of the environment with all its calls.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes single strands.</summary>
internal sealed class StrandDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.StrandCount > 1 ? scenario.StrandCount : 0;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.Scenario.StrandAt(candidate.Scenario.StrandCount - 1 - number).Kind = StrandKind.None;
        return true;
    }
}
