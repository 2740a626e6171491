// Gives the machine fewer processors, and the ordinary device for deadlines. A schedule that names a processor which is gone does
// not fit any more; the search for another one is the evaluator's.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Simplifies the machine.</summary>
internal sealed class MachineSimplification : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.HasPlainMachine ? 0 : Scenario.MaximumProcessors;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Scenario scenario = candidate.Scenario;
        if (number == 0)
        {
            bool isPeculiar = scenario.Alarm != AlarmKind.TscDeadline;
            scenario.Alarm = AlarmKind.TscDeadline;
            return isPeculiar;
        }

        bool isLess = number < scenario.ProcessorCount;
        scenario.ProcessorCount = isLess ? number : scenario.ProcessorCount;
        return isLess;
    }
}
