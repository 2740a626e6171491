// Takes expectations off: all of them, or all but those of one call. They only judge, so the run stays the same and the
// schedule at hand decides; nothing is searched. It comes first, because what nobody needs must not be kept true while the rest
// shrinks.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Deletes the accepted results of many calls at once.</summary>
internal sealed class ExpectationDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.CallCount + 1;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        int kept = number - 1;
        bool isKeeping = kept >= 0;
        if (isKeeping && !candidate.Scenario.CallAt(kept).Allowed.IsSpecified)
        {
            return false;
        }

        bool hasChanged = false;
        for (int i = 0; i < candidate.Scenario.CallCount; i++)
        {
            ref Call call = ref candidate.Scenario.CallAt(i);
            if (i != kept)
            {
                hasChanged |= call.Allowed.IsSpecified;
                call.Allowed = default;
            }
        }

        candidate.IsSearched = false;
        return hasChanged;
    }
}
