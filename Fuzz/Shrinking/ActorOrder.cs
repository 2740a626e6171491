// Moves the calls of one actor in front of all others. The actor that is mentioned first runs first, so another order of the
// lines can stand for a deviation or for all conditions; what remains then is the deviation that decides.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Replaces a deviation, or all conditions, by another order of lines.</summary>
internal sealed class ActorOrder : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => 2 * scenario.StrandCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Scenario scenario = candidate.Scenario;
        int actor = number / 2;
        bool dropsConditions = number % 2 == 1;
        bool isActor = scenario.StrandAt(actor).IsActor && !scenario.StrandAt(actor).IsCreated;
        bool isWorthIt = dropsConditions ? DropConditions(scenario) : candidate.MaximumDeviations-- > 0;
        if (!isActor || !isWorthIt || scenario.FirstCall(actor) <= 0)
        {
            return false;
        }

        int front = 0;
        for (int call = scenario.FirstCall(actor); call < scenario.CallCount; call++)
        {
            Call moved = scenario.CallAt(call);
            if (moved.Strand == actor)
            {
                scenario.RemoveCall(call);
                scenario.InsertCall(front++, moved);
            }
        }

        return true;
    }

    private static bool DropConditions(Scenario scenario)
    {
        bool hasDropped = false;
        for (int i = 0; i < scenario.CallCount; i++)
        {
            ref Call call = ref scenario.CallAt(i);
            hasDropped |= call.WhenBlocked >= 0;
            call.WhenBlocked = Scenario.None;
        }

        return hasDropped;
    }
}
