// Leaves out many calls at once. Only the schedule at hand is tried: a piece that is needed is found out quickly, and single
// calls get their search afterwards.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes runs of calls, halves first.</summary>
internal sealed class CallChunkDeletion : IReduction
{
    private const int Smallest = 2;

    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => Chunks.CountOf(scenario.CallCount, Smallest);

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        (int start, int end) = Chunks.At(candidate.Scenario.CallCount, Smallest, number);
        for (int call = end - 1; call >= start; call--)
        {
            candidate.Scenario.RemoveCall(call);
        }

        candidate.IsSearched = false;
        return true;
    }
}
