// Leaves out deviations, halves first, then single ones. Replay skips what no longer applies, so this alone may lose more than
// it was told to.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes deviations.</summary>
internal sealed class DeviationDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) =>
        schedule.Count == 1 ? 1 : Chunks.CountOf(schedule.Count, smallest: 1);

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Schedule schedule = candidate.Schedule;
        (int start, int end) = schedule.Count == 1 ? (0, 1) : Chunks.At(schedule.Count, smallest: 1, number);
        for (int i = end - 1; i >= start; i--)
        {
            schedule.RemoveAt(i);
        }

        candidate.IsSearched = false;
        return true;
    }
}
