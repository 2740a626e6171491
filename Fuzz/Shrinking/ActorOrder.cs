// Moves the calls of one actor in front of all others. The actor that is mentioned first runs first, so another order of the lines
// can stand for a deviation; what remains then is the deviation that decides.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Replaces a deviation by another order of lines.</summary>
internal sealed class ActorOrder : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Program program, Schedule schedule) => schedule.Count > 0 ? program.StrandCount : 0;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Program program = candidate.Program;
        bool isActor = program.StrandAt(number).IsActor && !program.StrandAt(number).IsCreated;
        if (!isActor || program.FirstCall(number) <= 0)
        {
            return false;
        }

        int front = 0;
        for (int call = program.FirstCall(number); call < program.CallCount; call++)
        {
            Call moved = program.CallAt(call);
            if (moved.Strand == number)
            {
                program.RemoveCall(call);
                program.InsertCall(front++, moved);
            }
        }

        candidate.MaximumDeviations--;
        return true;
    }
}
