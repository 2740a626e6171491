// One side of a comparison: the scenario under one protocol. A schedule line counts the points of the protocol that it was
// recorded under. That side follows it strictly. The other side has other points, and perhaps not even the parties, so it takes
// the deviations that are possible there, and says how many were.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Sweeps;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Comparing;

/// <summary>A run of a comparison.</summary>
/// <param name="Story">The run, with words.</param>
/// <param name="ScheduleLine">Its schedule line.</param>
/// <param name="Asked">Deviations of the schedule that was given.</param>
/// <param name="Taken">How many of them were possible here.</param>
internal sealed record ComparedRun(Story Story, string ScheduleLine, int Asked, int Taken)
{
    /// <summary>Runs a scenario under a protocol.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="input">The scenario.</param>
    /// <param name="usesSchedule">Whether the schedule line is followed, or the default order.</param>
    internal static ComparedRun Of(IProtocol protocol, Profile profile, FindingInput input, bool usesSchedule)
    {
        using var runner = new ScenarioRunner(protocol, profile);
        runner.System.JudgesAllCalls = input.JudgesAllCalls;
        Scenario scenario = input.File.Scenario;
        var schedule = new Schedule();
        int asked = 0;
        if (usesSchedule)
        {
            asked = input.File.Schedule.Count;
            Follow(runner, input, schedule);
        }

        var recorded = new Schedule();
        var replay = new Replay();
        replay.Load(schedule, isStrict: false);
        runner.Run(scenario, replay, input.Defects);
        recorded.CopyFrom(runner.Recorded);
        Story story = FindingReplay.Tell(runner, scenario, recorded, input.Defects);
        return new ComparedRun(story, RecordedLine.Of(runner, scenario).ToString(), asked, recorded.Count);
    }

    private static void Follow(ScenarioRunner runner, FindingInput input, Schedule schedule)
    {
        bool isItsOwn = input.File.Schedule.Protocol == runner.System.Protocol.Name;
        FindingInput.Refuse(isItsOwn ? input.Fit.FindMisfit(runner.System) : input.Fit.FindStale());
        FindingReplay.Resolve(runner.System, input.File, schedule);
        if (isItsOwn)
        {
            FindingInput.Refuse(input.Fit.FindDivergence(runner, schedule, input.Defects));
        }
    }
}
