// One scenario per rule about what was created by whom, what devices are like, and how many of anything there may be: text
// cannot say these scenarios, so they are made by hand from valid ones.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Tests.Calls;

public sealed class ScenarioRulesTests
{
    private const string Clones =
        "device tty\nA: C = fork()\nA: T = clone()\nC: U = clone()\nU: D = fork()\nT: pause()\nB: pause()\n";

    [Fact]
    public void A_cloned_thread_is_in_the_process_of_the_call_that_creates_it()
    {
        var scenario = Scenario();
        Assert.True(Strand(scenario, "T").IsCloned);
        Assert.Equal(scenario.FindStrand(ShortName.Of("C")), Strand(scenario, "U").Process);
        Assert.Equal(scenario.FindStrand(ShortName.Of("C")), Strand(scenario, "D").Parent);
        Assert.Equal(CallKind.Clone, scenario.Calls[scenario.CreatorOfStrand(scenario.FindStrand(ShortName.Of("U")))].Kind);
        var thread = Samples.Parse("thread T in A\n").Scenario;
        Assert.False(Strand(thread, "T").IsCloned);
        Assert.Equal(-1, thread.CreatorOfStrand(thread.FindStrand(ShortName.Of("T"))));
    }

    [Fact]
    public void A_clone_that_names_another_process_is_not_valid()
    {
        var scenario = Scenario();
        ref var clone = ref scenario.StrandAt(scenario.FindStrand(ShortName.Of("T")));
        clone.Process = clone.Parent = (sbyte)scenario.FindStrand(ShortName.Of("B"));
        Assert.Equal(ScenarioProblem.CloneCreator, ScenarioRules.Check(scenario));
        clone.Parent = (sbyte)scenario.FindStrand(ShortName.Of("A"));
        Assert.Equal(ScenarioProblem.StrandShape, ScenarioRules.Check(scenario));
    }

    [Fact]
    public void A_thread_of_the_start_is_created_by_no_call_and_a_cloned_one_by_exactly_one()
    {
        var scenario = Scenario();
        scenario.StrandAt(scenario.FindStrand(ShortName.Of("T"))).Parent = Managarm.Perf.Core.Calls.Scenario.None;
        Assert.Equal(ScenarioProblem.Outputs, ScenarioRules.Check(scenario));
        scenario = Scenario();
        scenario.RemoveCall(1);
        Assert.Equal(ScenarioProblem.CloneCreator, ScenarioRules.Check(scenario));
        scenario = Scenario();
        scenario.AddCall(scenario.Calls[1]);
        Assert.Equal(ScenarioProblem.CloneCreator, ScenarioRules.Check(scenario));
    }

    [Fact]
    public void Creators_do_not_go_round_in_circles()
    {
        var scenario = Scenario();
        ref var fork = ref scenario.CallAt(0);
        fork.Strand = (byte)scenario.FindStrand(ShortName.Of("D"));
        scenario.StrandAt(fork.Output0).Parent = (sbyte)scenario.FindStrand(ShortName.Of("D"));
        Assert.Equal(ScenarioProblem.CreationCycle, ScenarioRules.Check(scenario));
        scenario = Scenario();
        scenario.CallAt(1).Strand = (byte)scenario.FindStrand(ShortName.Of("T"));
        Assert.Equal(ScenarioProblem.CreationCycle, ScenarioRules.Check(scenario));
    }

    [Fact]
    public void Servers_and_kinds_of_devices_are_those_that_there_are()
    {
        var scenario = Scenario();
        scenario.ResourceAt(0).Server = Managarm.Perf.Core.Calls.Scenario.MaximumServers;
        Assert.Equal(ScenarioProblem.ResourceShape, ScenarioRules.Check(scenario));
        scenario.ResourceAt(0).Server = Managarm.Perf.Core.Calls.Scenario.MaximumServers - 1;
        Assert.Equal(ScenarioProblem.None, ScenarioRules.Check(scenario));
        scenario.ResourceAt(0).Behaviour = FileBehaviour.SlowCancel + 1;
        Assert.Equal(ScenarioProblem.ResourceShape, ScenarioRules.Check(scenario));
        scenario = Samples.Parse("pipe r, w\nA: read(r, 1)\n").Scenario;
        scenario.ResourceAt(1).Behaviour = FileBehaviour.Deaf;
        Assert.Equal(ScenarioProblem.ResourceShape, ScenarioRules.Check(scenario));
    }

    [Theory]
    [InlineData(1, AlarmKind.Hpet, ScenarioProblem.None)]
    [InlineData(4, AlarmKind.OneShot, ScenarioProblem.None)]
    [InlineData(0, AlarmKind.TscDeadline, ScenarioProblem.MachineShape)]
    [InlineData(5, AlarmKind.TscDeadline, ScenarioProblem.MachineShape)]
    [InlineData(2, AlarmKind.Hpet, ScenarioProblem.MachineShape)]
    [InlineData(1, AlarmKind.Hpet + 1, ScenarioProblem.MachineShape)]
    public void A_machine_is_one_that_can_be_built(int processors, AlarmKind alarm, ScenarioProblem expected)
    {
        var scenario = Scenario();
        scenario.ProcessorCount = processors;
        scenario.Alarm = alarm;
        Assert.Equal(expected, ScenarioRules.Check(scenario));
    }

    [Fact]
    public void Processes_and_threads_have_limits_of_their_own()
    {
        var lines = Enumerable.Range(0, 8).Select(i => $"process P{i}\nthread T{i} in P{i}\n");
        var scenario = Samples.Parse(string.Concat(lines)).Scenario;
        Assert.False(scenario.HasRoomFor(StrandKind.Thread));
        Assert.True(scenario.HasRoomFor(StrandKind.Handler));
        Assert.Equal(-1, scenario.AddStrand(Managarm.Perf.Core.Calls.Strand.ForThread(0, ShortName.Of("X"))));
        var handler = scenario.AddStrand(Managarm.Perf.Core.Calls.Strand.ForHandler(0, 3));
        scenario.AddCall(Call.Of(handler, CallKind.Pause));
        Assert.Equal(ScenarioProblem.None, ScenarioRules.Check(scenario));
        scenario.StrandAt(handler) = Managarm.Perf.Core.Calls.Strand.ForThread(0, ShortName.Of("X"));
        Assert.Equal(ScenarioProblem.ActorLimit, ScenarioRules.Check(scenario));
        scenario.StrandAt(scenario.FindStrand(ShortName.Of("T7"))) = Managarm.Perf.Core.Calls.Strand.ForProcess(
            scenario.FindStrand(ShortName.Of("T7")), ShortName.Of("Y"));
        Assert.Equal(ScenarioProblem.ProcessLimit, ScenarioRules.Check(scenario));
    }

    [Fact]
    public void Devices_have_a_limit_of_their_own()
    {
        string devices = string.Concat(Enumerable.Range(0, 8).Select(i => $"device d{i}\n"));
        var scenario = Samples.Parse(devices + "pipe r, w\n").Scenario;
        var device = Resource.ForDevice(ShortName.Of("x"), FileBehaviour.Terminal, 0);
        Assert.Equal(-1, scenario.AddResource(device));
        Assert.Equal(ScenarioProblem.None, ScenarioRules.Check(scenario));
        scenario.ResourceAt(scenario.FindResource(ShortName.Of("r"))) = device;
        Assert.Equal(ScenarioProblem.DeviceLimit, ScenarioRules.Check(scenario));
    }

    [Theory]
    [InlineData(CallKind.Exec)]
    [InlineData(CallKind.Clone)]
    public void Handlers_neither_start_images_nor_clone(CallKind kind)
    {
        Assert.False(CallTable.Of(kind).MayBeMadeBy(StrandKind.Handler));
        Assert.True(CallTable.Of(kind).MayBeMadeBy(StrandKind.Thread));
    }

    private static Scenario Scenario() => Samples.Parse(Clones).Scenario;

    private static Strand Strand(Scenario scenario, string name) => scenario.Strands[scenario.FindStrand(ShortName.Of(name))];
}
