// A run is a function of its inputs: with and without trace, with and without somebody who records it, again and again, in
// one world or a fresh one. The trace hash covers every step and note, so equal hashes mean equal runs.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Findings;

/// <summary>Tests of replay equality.</summary>
public sealed class FindingReplayTests
{
    private const int Repetitions = 100;

    public static TheoryData<string> Protocols => [.. ProtocolCatalog.All.ToArray().Select(protocol => protocol.Name)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_recorded_schedule_replays_to_the_same_run(string protocol)
    {
        Scenario scenario = SampleFinding.Parse(SampleFinding.LostInterrupt).Scenario;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        var walk = new RandomWalk();
        var schedule = new Schedule();
        for (ulong run = 0; run < Repetitions; run++)
        {
            walk.Seed(run, 1);
            RunResult original = runner.Run(scenario, walk, default);
            schedule.CopyFrom(runner.Recorded);
            Story story = FindingReplay.Tell(runner, scenario, schedule, default);
            Assert.Equal(original.TraceHash, story.Result.TraceHash);
            Assert.Equal(original.Steps, story.Result.Steps);
            Assert.Equal(original.Violation, story.Violation);
        }
    }

    [Fact]
    public void The_trace_changes_nothing_and_leaves_nothing_behind()
    {
        RawFinding finding = SampleFinding.Make();
        var hashes = new HashSet<ulong>();
        using var runner = new ScenarioRunner(finding.Protocol, finding.Profile);
        var schedule = new Schedule();
        Assert.Equal(0, FindingReplay.Resolve(runner.System, finding.File, schedule));
        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        for (int i = 0; i < Repetitions; i++)
        {
            runner.System.World.Trace.IsEnabled = i % 2 == 1;
            hashes.Add(runner.Run(finding.File.Scenario, replay, default).TraceHash);
            replay.Finish();
            Assert.Equal(-1, replay.DivergedAt);
        }

        hashes.Add(FindingReplay.Tell(finding).Result.TraceHash);
        Assert.Single(hashes);
        Assert.Null(runner.System.World.Trace.Listener);
    }

    [Fact]
    public void A_finding_that_does_not_recur_is_a_tool_bug()
    {
        RawFinding finding = SampleFinding.Make();
        var other = new ScenarioFile();
        other.Scenario.CopyFrom(finding.File.Scenario);
        other.Schedule.SetHeader(0, "tristate", "managarm", 1);
        Assert.Throws<ToolBugException>(() => FindingReplay.Tell(finding with { File = other }));
    }
}
