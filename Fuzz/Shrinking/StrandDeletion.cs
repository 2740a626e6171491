// Leaves out one thread, process, handler or line of the environment with all its calls.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes single strands.</summary>
internal sealed class StrandDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Program program, Schedule schedule) => program.StrandCount > 1 ? program.StrandCount : 0;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.Program.StrandAt(candidate.Program.StrandCount - 1 - number).Kind = StrandKind.None;
        return true;
    }
}
