// A finding that may be smaller, before it is known whether it still shows the violation. Its schedule counts in the party
// numbers of the finding it was made from until the shrinker has mapped it.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Scenario, schedule and how far to search.</summary>
internal sealed class ShrinkCandidate
{
    /// <summary>The scenario.</summary>
    internal Scenario Scenario { get; } = new();

    /// <summary>The schedule that is tried first.</summary>
    internal Schedule Schedule { get; } = new();

    /// <summary>Deviations at most, in whatever schedule shows the violation.</summary>
    internal int MaximumDeviations { get; set; }

    /// <summary>Whether other schedules are tried when the first does not show the violation.</summary>
    internal bool IsSearched { get; set; }

    /// <summary>Begins a candidate as a copy.</summary>
    /// <param name="scenario">Scenario.</param>
    /// <param name="schedule">Schedule.</param>
    internal void Begin(Scenario scenario, Schedule schedule)
    {
        Scenario.CopyFrom(scenario);
        Schedule.CopyFrom(schedule);
        MaximumDeviations = schedule.Count;
        IsSearched = true;
    }
}
