// Who could make a call: sets of strands, one bit each, for the dice of generator and mutator to choose from.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Sets of actors.</summary>
internal static class Actors
{
    /// <summary>All actors of a scenario.</summary>
    internal static uint Of(Scenario scenario)
    {
        uint actors = 0;
        for (int i = 0; i < scenario.StrandCount; i++)
        {
            actors |= scenario.Strands[i].IsActor ? 1U << i : 0;
        }

        return actors;
    }

    /// <summary>All but one; <paramref name="strand"/> may be a handler, which is no actor.</summary>
    internal static uint Besides(Scenario scenario, int strand) => Of(scenario) & ~(1U << strand);

    /// <summary>Actors of a process.</summary>
    internal static uint InProcess(Scenario scenario, int process)
    {
        uint actors = Of(scenario);
        for (int i = 0; i < scenario.StrandCount; i++)
        {
            actors &= scenario.Strands[i].Process == process ? uint.MaxValue : ~(1U << i);
        }

        return actors;
    }
}
