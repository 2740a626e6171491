// Moves the calls of one actor in front of all others. The actor that is mentioned first runs first, so another order of the
// lines can stand for a deviation or for all conditions; what remains then is the deviation that decides.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Replaces a deviation, or all conditions, by another order of lines.</summary>
internal sealed class ActorOrder : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Program program, Schedule schedule) => 2 * program.StrandCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Program program = candidate.Program;
        int actor = number / 2;
        bool dropsConditions = number % 2 == 1;
        bool isActor = program.StrandAt(actor).IsActor && !program.StrandAt(actor).IsCreated;
        bool isWorthIt = dropsConditions ? DropConditions(program) : candidate.MaximumDeviations-- > 0;
        if (!isActor || !isWorthIt || program.FirstCall(actor) <= 0)
        {
            return false;
        }

        int front = 0;
        for (int call = program.FirstCall(actor); call < program.CallCount; call++)
        {
            Call moved = program.CallAt(call);
            if (moved.Strand == actor)
            {
                program.RemoveCall(call);
                program.InsertCall(front++, moved);
            }
        }

        return true;
    }

    private static bool DropConditions(Program program)
    {
        bool hasDropped = false;
        for (int i = 0; i < program.CallCount; i++)
        {
            ref Call call = ref program.CallAt(i);
            hasDropped |= call.WhenBlocked >= 0;
            call.WhenBlocked = Program.None;
        }

        return hasDropped;
    }
}
