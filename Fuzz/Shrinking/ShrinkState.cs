// The finding while it shrinks: the smallest scenario and schedule so far, the violation that they must show, and how the
// baseline takes the scenario's expectations, which may not get worse.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>The smallest form so far.</summary>
internal sealed class ShrinkState
{
    /// <summary>The scenario.</summary>
    internal Scenario Scenario { get; } = new();

    /// <summary>Its schedule.</summary>
    internal Schedule Schedule { get; } = new();

    /// <summary>The violation.</summary>
    internal Violation Target { get; private set; }

    /// <summary>Whether its expectations are true of the baseline.</summary>
    internal BaselineVerdict Baseline { get; private set; }

    /// <summary>Its size.</summary>
    internal ShrinkMeasure Size => ShrinkMeasure.Of(Scenario, Schedule.Count);

    /// <summary>Begins with a finding.</summary>
    /// <param name="scenario">Scenario.</param>
    /// <param name="schedule">Schedule.</param>
    /// <param name="violation">The violation.</param>
    /// <param name="baseline">Whether its expectations are true of the baseline.</param>
    internal void Begin(Scenario scenario, Schedule schedule, in Violation violation, BaselineVerdict baseline)
    {
        Scenario.CopyFrom(scenario);
        Schedule.CopyFrom(schedule);
        Target = violation;
        Baseline = baseline;
    }

    /// <summary>Takes a smaller form.</summary>
    /// <param name="scenario">Scenario.</param>
    /// <param name="schedule">Schedule that was recorded when it showed the violation.</param>
    /// <param name="baseline">Whether its expectations are true of the baseline.</param>
    internal void Accept(Scenario scenario, Schedule schedule, BaselineVerdict baseline)
    {
        ShrinkMeasure before = Size;
        Scenario.CopyFrom(scenario);
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
