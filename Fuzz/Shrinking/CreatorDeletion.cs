// Makes a forked child a process of its own, which needs no fork, and a cloned thread of such a process one that exists from the
// start.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes the calls that create strands.</summary>
internal sealed class CreatorDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.StrandCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Scenario scenario = candidate.Scenario;
        Strand created = scenario.StrandAt(number);
        if (!created.IsCreated || (created.IsCloned && scenario.StrandAt(created.Process).Kind != StrandKind.Process))
        {
            return false;
        }

        int creator = scenario.CreatorOfStrand(number);
        scenario.StrandAt(number) = created.IsCloned
            ? Strand.ForThread(created.Process, created.Name)
            : Strand.ForProcess(number, created.Name);
        if (creator >= 0)
        {
            scenario.RemoveCall(creator);
        }

        return true;
    }
}
