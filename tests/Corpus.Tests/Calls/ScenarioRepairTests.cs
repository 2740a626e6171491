// Taking things out of a scenario: what depends on them goes too, what does not stays, and the rest is valid.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Calls;

public sealed class ScenarioRepairTests
{
    [Fact]
    public void Removing_a_fork_removes_the_child_and_whatever_needs_it()
    {
        var scenario = Samples.Parse(
            "A: C = fork()\nA: waitpid(C) = C | EINTR\nA: waitpid(any) = C | 0\n" +
            "C: pause()\nC.USR1: pause()\nB: pause() when C blocked\n").Scenario;
        scenario.RemoveCall(0);
        ScenarioRepair.Apply(scenario);
        Assert.Equal("A: waitpid(any) = 0\nB: pause()\n", ScenarioFormatter.Format(scenario));
        Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(scenario));
    }

    [Fact]
    public void Removing_a_clone_removes_the_thread_and_whatever_it_creates()
    {
        const string Text =
            "A: T = clone()\nT: C = fork()\nC: U = clone()\nU: pause()\nB: tgkill(C, U, USR1)\nB: pause() when T blocked\n";
        var scenario = Samples.Parse(Text).Scenario;
        scenario.RemoveCall(0);
        ScenarioRepair.Apply(scenario);
        Assert.Equal("process A\nB: pause()\n", ScenarioFormatter.Format(scenario));
    }

    [Fact]
    public void A_clone_follows_the_call_that_creates_it_into_another_process()
    {
        var scenario = Samples.Parse("U: C = fork()\nT: U = clone()\nA: T = clone()\nB: tgkill(A, U, USR1)\n").Scenario;
        scenario.CallAt(2).Strand = (byte)scenario.FindStrand(ShortName.Of("B"));
        ScenarioRepair.Apply(scenario);
        Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(scenario));
        var owner = scenario.FindStrand(ShortName.Of("B"));
        Assert.Equal(owner, scenario.Strands[scenario.FindStrand(ShortName.Of("U"))].Process);
        Assert.Equal(owner, scenario.Strands[scenario.FindStrand(ShortName.Of("C"))].Parent);
    }

    [Fact]
    public void Clearing_a_strand_removes_its_calls_threads_children_and_handlers()
    {
        var scenario = Samples.Parse(Samples.Everything).Scenario;
        scenario.StrandAt(scenario.FindStrand(ShortName.Of("A"))).Kind = StrandKind.None;
        ScenarioRepair.Apply(scenario);
        const string Rest =
            "machine 2 count\npipe r, w\ndevice tty\ndevice net deaf on files3\ndevice com slow\n" +
            "device usb serial on files2\ndevice hdd slowcancel on files4\nprocess Z\n" +
            "B: poll(r in, -1)\nB: poll(r in|out, w out, 1000) = ok | EINTR\n" +
            "B: nanosleep(30) = 0\nB: kill(Z, KILL)\ntime: advance(10)\nline: raise(tty, 2)\nline: crash(net)\n";
        Assert.Equal(Rest, ScenarioFormatter.Format(scenario));
    }

    [Fact]
    public void Clearing_one_end_of_a_pipe_removes_the_other_and_optional_uses_only()
    {
        var scenario = Samples.Parse("pipe r, w\ndevice d\nA: poll(d in, w out, 5)\nA: read(r, 1)\nA: close(d)\n").Scenario;
        scenario.ResourceAt(0).Kind = ResourceKind.None;
        ScenarioRepair.Apply(scenario);
        Assert.Equal("device d\nA: poll(d in, 5)\nA: close(d)\n", ScenarioFormatter.Format(scenario));
    }

    [Fact]
    public void Whatever_is_removed_the_rest_is_valid()
    {
        var random = new Prng(5);
        var bytes = new byte[1200];
        var scenario = new Scenario();
        for (var i = 0; i < 5000; i++)
        {
            Samples.FillBytes(ref random, bytes);
            ScenarioCodec.Decode(bytes, scenario, new Schedule());
            RemoveSomething(scenario, ref random);
            ScenarioRepair.Apply(scenario);
            Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(scenario));
        }
    }

    private static void RemoveSomething(Scenario scenario, ref Prng random)
    {
        for (var round = random.NextBelow(4); round < 4; round++)
        {
            var choice = random.NextBelow(3);
            if (choice == 0 && scenario.CallCount > 0)
            {
                scenario.RemoveCall((int)random.NextBelow((uint)scenario.CallCount));
            }
            else if (choice == 1 && scenario.StrandCount > 0)
            {
                scenario.StrandAt((int)random.NextBelow((uint)scenario.StrandCount)).Kind = StrandKind.None;
            }
            else if (scenario.ResourceCount > 0)
            {
                scenario.ResourceAt((int)random.NextBelow((uint)scenario.ResourceCount)).Kind = ResourceKind.None;
            }
        }
    }
}
