// Makes a forked child a process of its own, which needs no fork, and a cloned thread of such a process one that exists from the
// start.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes the calls that create strands.</summary>
internal sealed class CreatorDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Program program, Schedule schedule) => program.StrandCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Program program = candidate.Program;
        Strand created = program.StrandAt(number);
        if (!created.IsCreated || (created.IsCloned && program.StrandAt(created.Process).Kind != StrandKind.Process))
        {
            return false;
        }

        int creator = program.CreatorOfStrand(number);
        program.StrandAt(number) = created.IsCloned
            ? Strand.ForThread(created.Process, created.Name)
            : Strand.ForProcess(number, created.Name);
        if (creator >= 0)
        {
            program.RemoveCall(creator);
        }

        return true;
    }
}
