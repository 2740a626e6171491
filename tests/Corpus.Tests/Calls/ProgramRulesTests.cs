// One program per rule about what was created by whom, what devices are like, and how many of anything there may be: text
// cannot say these programs, so they are made by hand from valid ones.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus.Tests;

public sealed class ProgramRulesTests
{
    private const string Clones =
        "device tty\nA: C = fork()\nA: T = clone()\nC: U = clone()\nU: D = fork()\nT: pause()\nB: pause()\n";

    [Fact]
    public void A_cloned_thread_is_in_the_process_of_the_call_that_creates_it()
    {
        var program = Program();
        Assert.True(Strand(program, "T").IsCloned);
        Assert.Equal(program.FindStrand(ShortName.Of("C")), Strand(program, "U").Process);
        Assert.Equal(program.FindStrand(ShortName.Of("C")), Strand(program, "D").Parent);
        Assert.Equal(CallKind.Clone, program.Calls[program.CreatorOfStrand(program.FindStrand(ShortName.Of("U")))].Kind);
        var thread = Samples.Parse("thread T in A\n").Program;
        Assert.False(Strand(thread, "T").IsCloned);
        Assert.Equal(-1, thread.CreatorOfStrand(thread.FindStrand(ShortName.Of("T"))));
    }

    [Fact]
    public void A_clone_that_names_another_process_is_not_valid()
    {
        var program = Program();
        ref var clone = ref program.StrandAt(program.FindStrand(ShortName.Of("T")));
        clone.Process = clone.Parent = (sbyte)program.FindStrand(ShortName.Of("B"));
        Assert.Equal(ProgramFault.CloneCreator, ProgramRules.Check(program));
        clone.Parent = (sbyte)program.FindStrand(ShortName.Of("A"));
        Assert.Equal(ProgramFault.StrandShape, ProgramRules.Check(program));
    }

    [Fact]
    public void A_thread_of_the_start_is_created_by_no_call_and_a_cloned_one_by_exactly_one()
    {
        var program = Program();
        program.StrandAt(program.FindStrand(ShortName.Of("T"))).Parent = Core.Program.None;
        Assert.Equal(ProgramFault.Outputs, ProgramRules.Check(program));
        program = Program();
        program.RemoveCall(1);
        Assert.Equal(ProgramFault.CloneCreator, ProgramRules.Check(program));
        program = Program();
        program.AddCall(program.Calls[1]);
        Assert.Equal(ProgramFault.CloneCreator, ProgramRules.Check(program));
    }

    [Fact]
    public void Creators_do_not_go_round_in_circles()
    {
        var program = Program();
        ref var fork = ref program.CallAt(0);
        fork.Strand = (byte)program.FindStrand(ShortName.Of("D"));
        program.StrandAt(fork.Output0).Parent = (sbyte)program.FindStrand(ShortName.Of("D"));
        Assert.Equal(ProgramFault.CreationCycle, ProgramRules.Check(program));
        program = Program();
        program.CallAt(1).Strand = (byte)program.FindStrand(ShortName.Of("T"));
        Assert.Equal(ProgramFault.CreationCycle, ProgramRules.Check(program));
    }

    [Fact]
    public void Servers_and_kinds_of_devices_are_those_that_there_are()
    {
        var program = Program();
        program.ResourceAt(0).Server = Core.Program.MaximumServers;
        Assert.Equal(ProgramFault.ResourceShape, ProgramRules.Check(program));
        program.ResourceAt(0).Server = Core.Program.MaximumServers - 1;
        Assert.Equal(ProgramFault.None, ProgramRules.Check(program));
        program.ResourceAt(0).Behaviour = FileBehaviour.SlowCancel + 1;
        Assert.Equal(ProgramFault.ResourceShape, ProgramRules.Check(program));
        program = Samples.Parse("pipe r, w\nA: read(r, 1)\n").Program;
        program.ResourceAt(1).Behaviour = FileBehaviour.Deaf;
        Assert.Equal(ProgramFault.ResourceShape, ProgramRules.Check(program));
    }

    [Theory]
    [InlineData(1, AlarmKind.Hpet, ProgramFault.None)]
    [InlineData(4, AlarmKind.OneShot, ProgramFault.None)]
    [InlineData(0, AlarmKind.TscDeadline, ProgramFault.MachineShape)]
    [InlineData(5, AlarmKind.TscDeadline, ProgramFault.MachineShape)]
    [InlineData(2, AlarmKind.Hpet, ProgramFault.MachineShape)]
    [InlineData(1, AlarmKind.Hpet + 1, ProgramFault.MachineShape)]
    public void A_machine_is_one_that_can_be_built(int processors, AlarmKind alarm, ProgramFault expected)
    {
        var program = Program();
        program.ProcessorCount = processors;
        program.Alarm = alarm;
        Assert.Equal(expected, ProgramRules.Check(program));
    }

    [Fact]
    public void Processes_and_threads_have_limits_of_their_own()
    {
        var lines = Enumerable.Range(0, 8).Select(i => $"process P{i}\nthread T{i} in P{i}\n");
        var program = Samples.Parse(string.Concat(lines)).Program;
        Assert.False(program.HasRoomFor(StrandKind.Thread));
        Assert.True(program.HasRoomFor(StrandKind.Handler));
        Assert.Equal(-1, program.AddStrand(Core.Strand.ForThread(0, ShortName.Of("X"))));
        var handler = program.AddStrand(Core.Strand.ForHandler(0, 3));
        program.AddCall(Call.Of(handler, CallKind.Pause));
        Assert.Equal(ProgramFault.None, ProgramRules.Check(program));
        program.StrandAt(handler) = Core.Strand.ForThread(0, ShortName.Of("X"));
        Assert.Equal(ProgramFault.ActorLimit, ProgramRules.Check(program));
        program.StrandAt(program.FindStrand(ShortName.Of("T7"))) = Core.Strand.ForProcess(
            program.FindStrand(ShortName.Of("T7")), ShortName.Of("Y"));
        Assert.Equal(ProgramFault.ProcessLimit, ProgramRules.Check(program));
    }

    [Fact]
    public void Devices_have_a_limit_of_their_own()
    {
        var program = Samples.Parse(string.Concat(Enumerable.Range(0, 8).Select(i => $"device d{i}\n")) + "pipe r, w\n").Program;
        var device = Resource.ForDevice(ShortName.Of("x"), FileBehaviour.Terminal, 0);
        Assert.Equal(-1, program.AddResource(device));
        Assert.Equal(ProgramFault.None, ProgramRules.Check(program));
        program.ResourceAt(program.FindResource(ShortName.Of("r"))) = device;
        Assert.Equal(ProgramFault.DeviceLimit, ProgramRules.Check(program));
    }

    [Theory]
    [InlineData(CallKind.Exec)]
    [InlineData(CallKind.Clone)]
    public void Handlers_neither_start_images_nor_clone(CallKind kind)
    {
        Assert.False(CallTable.Of(kind).MayBeMadeBy(StrandKind.Handler));
        Assert.True(CallTable.Of(kind).MayBeMadeBy(StrandKind.Thread));
    }

    private static Program Program() => Samples.Parse(Clones).Program;

    private static Strand Strand(Program program, string name) => program.Strands[program.FindStrand(ShortName.Of(name))];
}
