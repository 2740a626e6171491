// Follows the schedule line of a window and compares what happens with what the file says: exactly its violation, or none, and
// the notes of a run that has been in the window. A window without a schedule line is run in the default order.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Windows;

/// <summary>Outcome of a window's own schedule.</summary>
/// <param name="Story">The run, with words.</param>
/// <param name="Mismatch">How it differs from what the file says; empty when it does not.</param>
public sealed record WindowReplay(Story Story, string Mismatch)
{
    /// <summary>Whether the run does what the file says.</summary>
    public bool IsAsSaid => Mismatch.Length == 0;

    /// <summary>Follows the schedule of a window.</summary>
    /// <param name="window">The window.</param>
    /// <returns>What happened.</returns>
    public static WindowReplay Of(KnownWindow window)
    {
        using ScenarioRunner runner = window.MakeRunner();
        var schedule = new Schedule();
        if (window.File.Schedule.IsPresent)
        {
            FindingReplay.Resolve(runner.System, window.File, schedule);
        }

        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        runner.Run(window.File.Scenario, replay, window.Defects);
        replay.Finish();
        int divergedAt = replay.DivergedAt;
        schedule.CopyFrom(runner.Recorded);
        Story story = FindingReplay.Tell(runner, window.File.Scenario, schedule, window.Defects);
        string mismatch = divergedAt >= 0
            ? $"deviation {divergedAt + 1} of its schedule is not possible"
            : Compare(window, story.Violation, runner.System.World.Coverage);
        return new WindowReplay(story, mismatch);
    }

    private static string Compare(KnownWindow window, in Violation violation, Coverage coverage)
    {
        if (window.IsBenign ? window.IsUnexpected(violation) : !window.IsShownBy(violation))
        {
            string said = window.IsBenign ? "nothing is violated" : window.Verdict;
            string kind = violation.Kind == CallKind.None ? "" : " " + CallTable.Of(violation.Kind).Name;
            return $"its file says {said}, its schedule shows {Invariants.NameOf(violation.Invariant)}{kind}";
        }

        return window.IsEnteredBy(coverage)
            ? ""
            : "its schedule does not show " + string.Join(", ", window.Shows.Select(HyphenName.Of));
    }
}
