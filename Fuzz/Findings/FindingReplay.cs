// Runs a finding again and tells its story. It runs twice, without and with the trace, and demands that both runs are the
// same and that the violation recurs: a finding that cannot be repeated is a bug of this tool, not of the modelled system.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Repeats runs.</summary>
public static class FindingReplay
{
    /// <summary>Repeats a finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <returns>Its story, with words.</returns>
    /// <exception cref="ToolBugException">The finding does not recur.</exception>
    public static Story Tell(RawFinding finding)
    {
        using var runner = new ScenarioRunner(finding.Protocol, finding.Profile);
        runner.System.JudgesAllCalls = finding.JudgesAllCalls;
        Scenario scenario = finding.File.Scenario;
        var schedule = new Schedule();
        int missing = Resolve(runner.System, finding.File, schedule);
        Verify.That(missing == 0, "the schedule of a finding names a party that its scenario does not have");
        Story story = Tell(runner, scenario, schedule, finding.Defects);
        bool isSame = story.Violation.IsSameKind(finding.Violation);
        Verify.That(isSame, $"a finding does not recur: {finding.Signature}");
        return story;
    }

    /// <summary>Repeats a run whose schedule is known.</summary>
    /// <param name="runner">Runner of its protocol and profile.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="schedule">Its schedule, in the party numbers of the runner's system.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <returns>The story, with words.</returns>
    /// <exception cref="ToolBugException">The traced run differs from the run without trace.</exception>
    public static Story Tell(ScenarioRunner runner, Scenario scenario, Schedule schedule, DefectSet defects)
    {
        var copy = new Schedule();
        copy.CopyFrom(schedule);
        var replay = new Replay();
        replay.Load(copy, isStrict: true);
        Story story = Record(runner, scenario, replay, defects);
        StoryWords.Apply(story);
        if (!story.Violation.IsNone)
        {
            DecidingOrder.Find(runner, copy, defects, story);
            using BaselineCheck? baseline = BaselineCheck.For(runner, story.Violation);
            story.Baseline = baseline?.Judge(scenario) ?? BaselineVerdict.NotAsked;
        }

        // The run itself comes last, so that the runner still holds it for the caller.
        RunResult untraced = runner.Run(scenario, replay, defects);
        replay.Finish();
        Verify.That(story.Result.TraceHash == untraced.TraceHash, "a run differs from itself when it is traced");
        return story;
    }

    /// <summary>Translates the schedule line of a scenario into party numbers; one that names the order of dispatch has the
    /// system relax it.</summary>
    /// <param name="system">System that will run it.</param>
    /// <param name="file">The scenario.</param>
    /// <param name="schedule">Receives the schedule.</param>
    /// <returns>How many deviations name a party that is not there.</returns>
    public static int Resolve(ModelSystem system, ScenarioFile file, Schedule schedule)
    {
        system.RelaxesDispatch |= file.Schedule.Names(ShortName.Of(PartyName.Order));
        Span<ShortName> names = stackalloc ShortName[Scheduler.MaxParties];
        int count = system.Parties.List(file.Scenario, names);
        return file.Schedule.Resolve(names[..count], schedule);
    }

    /// <summary>Makes a run and records its story, without words.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="replay">Who decides.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <returns>The story.</returns>
    internal static Story Record(ScenarioRunner runner, Scenario scenario, Replay replay, DefectSet defects)
    {
        var story = new Story(scenario, runner.System.Protocol, runner.System.Profile);
        var recorder = new StoryRecorder(runner.System, replay, story);
        Trace trace = runner.System.World.Trace;
        trace.IsEnabled = true;
        trace.Listener = recorder;
        try
        {
            recorder.Finish(runner.Run(scenario, recorder, defects));
        }
        finally
        {
            trace.IsEnabled = false;
            trace.Listener = null;
        }

        return story;
    }
}
