// A finding that may be smaller, before it is known whether it still shows the fault. Its schedule counts in the party numbers
// of the finding it was made from until the shrinker has mapped it.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Scenario, schedule and how far to search.</summary>
internal sealed class ShrinkCandidate
{
    /// <summary>The scenario.</summary>
    internal Program Program { get; } = new();

    /// <summary>The schedule that is tried first.</summary>
    internal Schedule Schedule { get; } = new();

    /// <summary>Deviations at most, in whatever schedule shows the fault.</summary>
    internal int MaximumDeviations { get; set; }

    /// <summary>Whether other schedules are tried when the first does not show the fault.</summary>
    internal bool IsSearched { get; set; }

    /// <summary>Begins a candidate as a copy.</summary>
    /// <param name="program">Scenario.</param>
    /// <param name="schedule">Schedule.</param>
    internal void Begin(Program program, Schedule schedule)
    {
        Program.CopyFrom(program);
        Schedule.CopyFrom(schedule);
        MaximumDeviations = schedule.Count;
        IsSearched = true;
    }
}
