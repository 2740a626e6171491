// Who could make a call: sets of strands, one bit each, for the dice of generator and mutator to choose from.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Sets of actors.</summary>
internal static class Actors
{
    /// <summary>All actors of a program.</summary>
    internal static uint Of(Program program)
    {
        uint actors = 0;
        for (int i = 0; i < program.StrandCount; i++)
        {
            actors |= program.Strands[i].IsActor ? 1U << i : 0;
        }

        return actors;
    }

    /// <summary>All but one; <paramref name="strand"/> may be a handler, which is no actor.</summary>
    internal static uint Besides(Program program, int strand) => Of(program) & ~(1U << strand);

    /// <summary>Actors of a process.</summary>
    internal static uint InProcess(Program program, int process)
    {
        uint actors = Of(program);
        for (int i = 0; i < program.StrandCount; i++)
        {
            actors &= program.Strands[i].Process == process ? uint.MaxValue : ~(1U << i);
        }

        return actors;
    }
}
