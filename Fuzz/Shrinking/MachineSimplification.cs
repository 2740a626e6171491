// Gives the machine fewer processors, and the ordinary device for deadlines. A schedule that names a processor which is gone does
// not fit any more; the search for another one is the evaluator's.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Simplifies the machine.</summary>
internal sealed class MachineSimplification : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Program program, Schedule schedule) => program.HasPlainMachine ? 0 : Program.MaximumProcessors;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Program program = candidate.Program;
        if (number == 0)
        {
            bool isPeculiar = program.Alarm != AlarmKind.TscDeadline;
            program.Alarm = AlarmKind.TscDeadline;
            return isPeculiar;
        }

        bool isLess = number < program.ProcessorCount;
        program.ProcessorCount = isLess ? number : program.ProcessorCount;
        return isLess;
    }
}
