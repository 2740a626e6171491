// Taking things out of a program: what depends on them goes too, what does not stays, and the rest is valid.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus.Tests;

public sealed class ProgramRepairTests
{
    [Fact]
    public void Removing_a_fork_removes_the_child_and_whatever_needs_it()
    {
        var program = Samples.Parse(
            "A: C = fork()\nA: waitpid(C) = C | EINTR\nA: waitpid(any) = C | 0\n" +
            "C: pause()\nC.USR1: pause()\nB: pause() when C blocked\n").Program;
        program.RemoveCall(0);
        ProgramRepair.Apply(program);
        Assert.Equal("A: waitpid(any) = 0\nB: pause()\n", ScenarioFormatter.Format(program));
        Assert.Equal(ProgramFault.None, ProgramRules.CheckNormal(program));
    }

    [Fact]
    public void Removing_a_clone_removes_the_thread_and_whatever_it_creates()
    {
        const string Text =
            "A: T = clone()\nT: C = fork()\nC: U = clone()\nU: pause()\nB: tgkill(C, U, USR1)\nB: pause() when T blocked\n";
        var program = Samples.Parse(Text).Program;
        program.RemoveCall(0);
        ProgramRepair.Apply(program);
        Assert.Equal("process A\nB: pause()\n", ScenarioFormatter.Format(program));
    }

    [Fact]
    public void A_clone_follows_the_call_that_creates_it_into_another_process()
    {
        var program = Samples.Parse("U: C = fork()\nT: U = clone()\nA: T = clone()\nB: tgkill(A, U, USR1)\n").Program;
        program.CallAt(2).Strand = (byte)program.FindStrand(ShortName.Of("B"));
        ProgramRepair.Apply(program);
        Assert.Equal(ProgramFault.None, ProgramRules.CheckNormal(program));
        var owner = program.FindStrand(ShortName.Of("B"));
        Assert.Equal(owner, program.Strands[program.FindStrand(ShortName.Of("U"))].Process);
        Assert.Equal(owner, program.Strands[program.FindStrand(ShortName.Of("C"))].Parent);
    }

    [Fact]
    public void Clearing_a_strand_removes_its_calls_threads_children_and_handlers()
    {
        var program = Samples.Parse(Samples.Everything).Program;
        program.StrandAt(program.FindStrand(ShortName.Of("A"))).Kind = StrandKind.None;
        ProgramRepair.Apply(program);
        const string Rest =
            "machine 2 count\npipe r, w\ndevice tty\ndevice net deaf on files3\ndevice com slow\n" +
            "device usb serial on files2\ndevice hdd slowcancel on files4\nprocess Z\n" +
            "B: poll(r in, -1)\nB: poll(r in|out, w out, 1000) = ok | EINTR\n" +
            "B: nanosleep(30) = 0\nB: kill(Z, KILL)\ntime: advance(10)\nline: raise(tty, 2)\nline: crash(net)\n";
        Assert.Equal(Rest, ScenarioFormatter.Format(program));
    }

    [Fact]
    public void Clearing_one_end_of_a_pipe_removes_the_other_and_optional_uses_only()
    {
        var program = Samples.Parse("pipe r, w\ndevice d\nA: poll(d in, w out, 5)\nA: read(r, 1)\nA: close(d)\n").Program;
        program.ResourceAt(0).Kind = ResourceKind.None;
        ProgramRepair.Apply(program);
        Assert.Equal("device d\nA: poll(d in, 5)\nA: close(d)\n", ScenarioFormatter.Format(program));
    }

    [Fact]
    public void Whatever_is_removed_the_rest_is_valid()
    {
        var random = new Prng(5);
        var bytes = new byte[1200];
        var program = new Program();
        for (var i = 0; i < 5000; i++)
        {
            Samples.FillBytes(ref random, bytes);
            ProgramCodec.Decode(bytes, program, new Schedule());
            RemoveSomething(program, ref random);
            ProgramRepair.Apply(program);
            Assert.Equal(ProgramFault.None, ProgramRules.CheckNormal(program));
        }
    }

    private static void RemoveSomething(Program program, ref Prng random)
    {
        for (var round = random.NextBelow(4); round < 4; round++)
        {
            var choice = random.NextBelow(3);
            if (choice == 0 && program.CallCount > 0)
            {
                program.RemoveCall((int)random.NextBelow((uint)program.CallCount));
            }
            else if (choice == 1 && program.StrandCount > 0)
            {
                program.StrandAt((int)random.NextBelow((uint)program.StrandCount)).Kind = StrandKind.None;
            }
            else if (program.ResourceCount > 0)
            {
                program.ResourceAt((int)random.NextBelow((uint)program.ResourceCount)).Kind = ResourceKind.None;
            }
        }
    }
}
