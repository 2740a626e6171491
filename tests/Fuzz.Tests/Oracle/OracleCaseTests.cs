// Cases of invariants beyond their pairs (Corpus/oracle/cases): each was once a defect, or a condition of a judge turned around,
// that nothing noticed. A case that violates is clean without its defect in the same search; one that comes near stays clean with
// the defect on. Where no scenario reaches a judge's condition without a broken kernel, the judge is asked itself. Runs that the
// oracle once accused wrongly stand in Corpus/oracle/accused and stay clean.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Oracle;

/// <summary>Tests of Corpus/oracle/cases.</summary>
public sealed class OracleCaseTests
{
    private const uint Done = QueueChunk.Done;
    private const uint Full = QueueChunk.Full;
    private const uint Present = QueueChunk.Present;

    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(Path.Combine(OraclePair.Directory, "cases"), "*.scn")
            .Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_is_judged_as_its_first_lines_say(string name)
    {
        var pair = new OraclePair(Path.Combine("cases", name));
        using ScenarioRunner runner = pair.MakeRunner();
        Violation violation = pair.Search(runner, default(DefectSet).With(pair.Defect)).Violation;
        if (pair.StaysClean)
        {
            Assert.True(pair.Runs >= 2000);
            Assert.Equal(default, violation);
            return;
        }

        string kind = violation.Kind == CallKind.None ? "" : " " + CallTable.Of(violation.Kind).Name;
        Assert.Equal(pair.Violates, Invariants.NameOf(violation.Invariant) + kind);
        Assert.Equal(default, pair.Search(runner, default).Violation);
    }

    public static TheoryData<string> Accused() =>
        [.. Directory.GetFiles(Path.Combine(OraclePair.Directory, "accused"), "*.scn")
            .Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    /// <summary>Runs in which the oracle once saw a violation that was none.</summary>
    [Theory]
    [MemberData(nameof(Accused))]
    public void A_run_that_was_accused_wrongly_is_clean(string name)
    {
        CommandResult result = CommandRunner.Run("run", Path.Combine(OraclePair.Directory, "accused", name + ".scn"));
        Assert.Equal((CommandExit.Clean, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData(Done | 8, 8, true)]
    [InlineData(Done | 8, 4, false)]
    [InlineData(8, 8, false)]
    [InlineData(0, 0, false)]
    public void A_chunk_is_reset_when_it_was_left_and_read(uint former, uint readBytes, bool isRight) =>
        Assert.Equal(isRight, IsRight((judge, queue) => judge.Renewed(queue, former, readBytes)));

    [Theory]
    [InlineData(4, 8, true)]
    [InlineData(8, Done | 8, true)]
    [InlineData(8, 4, false)]
    [InlineData(Full | 8, 12, false)]
    [InlineData(Done | 8, Done | 8, false)]
    public void The_progress_of_a_chunk_only_grows(uint former, uint value, bool isRight) =>
        Assert.Equal(isRight, IsRight((judge, queue) => judge.Published(queue, former, value)));

    [Theory]
    [InlineData(0, true)]
    [InlineData(Present | 1, false)]
    public void A_chunk_gets_one_successor(uint former, bool isRight) =>
        Assert.Equal(isRight, IsRight((judge, queue) => judge.Linked(queue, former)));

    /// <summary>What the judge of queues says of a store that is made up in the middle of a run.</summary>
    private static bool IsRight(Action<IQueueWatch, Handle<IpcQueue>> store)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        Scenario scenario = SampleFinding.Parse("pipe r, w\nA: write(w, 1)\n").Scenario;
        Assert.Equal(default, runner.Run(scenario, NonPreemptive.Instance, default).Violation);
        runner.System.World.Queues.Watch = new Asker(runner.System.World.Queues.Watch!, store);
        Violation violation = runner.Run(scenario, NonPreemptive.Instance, default).Violation;
        Assert.True(violation.IsNone || violation.Invariant == Invariant.Queue);
        return violation.IsNone;
    }

    /// <summary>Tells the judge of one store more, when it is told of the first.</summary>
    private sealed class Asker(IQueueWatch judge, Action<IQueueWatch, Handle<IpcQueue>> store) : IQueueWatch
    {
        private bool hasAsked;

        public void Published(Handle<IpcQueue> queue, uint former, uint value)
        {
            judge.Published(queue, former, value);
            if (!hasAsked)
            {
                hasAsked = true;
                store(judge, queue);
            }
        }

        public void Renewed(Handle<IpcQueue> queue, uint former, uint readBytes) => judge.Renewed(queue, former, readBytes);

        public void Linked(Handle<IpcQueue> queue, uint former) => judge.Linked(queue, former);
    }
}
