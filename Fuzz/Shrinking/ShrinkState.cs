// The finding while it shrinks: the smallest scenario and schedule so far, the fault that they must show, and how the baseline
// takes the scenario's expectations, which may not get worse.

using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>The smallest form so far.</summary>
internal sealed class ShrinkState
{
    /// <summary>The scenario.</summary>
    internal Program Program { get; } = new();

    /// <summary>Its schedule.</summary>
    internal Schedule Schedule { get; } = new();

    /// <summary>The fault.</summary>
    internal Violation Target { get; private set; }

    /// <summary>Whether its expectations are true of the baseline.</summary>
    internal BaselineVerdict Baseline { get; private set; }

    /// <summary>Its size.</summary>
    internal ShrinkMeasure Size => ShrinkMeasure.Of(Program, Schedule.Count);

    /// <summary>Begins with a finding.</summary>
    /// <param name="program">Scenario.</param>
    /// <param name="schedule">Schedule.</param>
    /// <param name="violation">The fault.</param>
    /// <param name="baseline">Whether its expectations are true of the baseline.</param>
    internal void Begin(Program program, Schedule schedule, in Violation violation, BaselineVerdict baseline)
    {
        Program.CopyFrom(program);
        Schedule.CopyFrom(schedule);
        Target = violation;
        Baseline = baseline;
    }

    /// <summary>Takes a smaller form.</summary>
    /// <param name="program">Scenario.</param>
    /// <param name="schedule">Schedule that was recorded when it showed the fault.</param>
    /// <param name="baseline">Whether its expectations are true of the baseline.</param>
    internal void Accept(Program program, Schedule schedule, BaselineVerdict baseline)
    {
        ShrinkMeasure before = Size;
        Program.CopyFrom(program);
        Schedule.CopyFrom(schedule);
        Verify.That(Size < before, "the shrinker accepted a candidate that is not smaller");
        Verify.That(baseline <= Baseline, "the shrinker accepted a candidate whose expectations fail where they held");
        Baseline = baseline;
    }

    /// <summary>Takes another schedule of the same scenario that is not longer.</summary>
    /// <param name="schedule">The schedule.</param>
    internal void Reschedule(Schedule schedule)
    {
        Verify.That(schedule.Count <= Schedule.Count, "a canonical schedule is longer than the one it replaces");
        Schedule.CopyFrom(schedule);
    }
}
