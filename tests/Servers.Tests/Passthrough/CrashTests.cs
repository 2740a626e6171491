// A file server may die at any step. Whoever reads from it then meets a broken lane, which mlibc checks with an assertion; nobody
// else notices, nothing is left of it, and its files can be closed. The drivers of a monolithic kernel vanish with EIO.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Tests.Running.Threaded;

namespace Managarm.Perf.Servers.Tests.Passthrough;

public sealed class CrashTests
{
    private const string Reads =
        "device tty\nA: sigaction(USR1, handle)\nA: read(tty, 1)\nA: close(tty)\nB: kill(A, USR1) when A blocked\n"
        + "B: read(tty, 2)\nline: crash(tty)\n";

    public static TheoryData<string> AllProtocols { get; } = MakeProtocols();

    [Theory]
    [MemberData(nameof(AllProtocols))]
    public void A_server_may_die_at_every_step_of_a_read(string protocol)
    {
        Dictionary<Invariant, int> seen = Sweep.Of(protocol, Reads, PartyName.Line);
        seen.Remove(Invariant.None);
        seen.Remove(Invariant.Liveness);
        seen.Remove(Invariant.Leak);
        if (protocol is not ("monolithic" or "ordered"))
        {
            Assert.True(seen.Remove(Invariant.Panic), "no read met a broken lane");
        }

        Assert.Empty(seen);
    }

    [Theory]
    [MemberData(nameof(AllProtocols))]
    public void The_other_servers_live_on(string protocol)
    {
        const string text =
            "device one\ndevice two on files2\nA: read(two, 1) = 1\nline: crash(one)\nline: raise(two, 1)\nline: raise(one, 1)\n";
        Assert.Equal([Invariant.None], Sweep.Of(protocol, text, PartyName.Line).Keys);
    }

    [Theory]
    [MemberData(nameof(AllProtocols))]
    public void Files_of_a_dead_server_can_be_closed_and_their_numbers_used_again(string protocol)
    {
        const string text =
            "device tty on files4\nA: nanosleep(5)\nA: close(tty) = 0\nA: r, w = pipe() = 0\nA: write(w, 1) = 1\n"
            + "A: read(r, 1) = 1\nline: crash(tty) when A blocked\nline: crash(tty)\n";
        Assert.Equal([Invariant.None], Sweep.Of(protocol, text, "A").Keys);
    }

    [Fact]
    public void A_monolithic_kernel_says_so_to_who_waits_and_to_who_comes_later()
    {
        const string text =
            "device tty\ndevice uart stream\nA: read(tty, 1) = EIO\nA: read(tty, 1) = EIO\nA: write(tty, 1) = EIO\n"
            + "B: read(uart, 2) = EIO\nline: crash(tty) when A blocked\nline: raise(tty, 1)\n";
        using var runner = new ScenarioRunner(new Monolithic(), Profile.Managarm);
        Assert.True(runner.Run(ScenarioText.Parse(text), NonPreemptive.Instance, default).Violation.IsNone);
        Assert.True(runner.System.Ledger[runner.System.Scenario.FindStrand(ShortName.Of("B"))].HasEnded);
    }

    [Fact]
    public void Nothing_of_a_dead_server_is_left()
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        Scenario alive = ScenarioText.Parse("device tty\nA: pause()\nline: raise(tty, 1) when A blocked\n");
        Scenario dead = ScenarioText.Parse("device tty\nA: pause()\nline: crash(tty) when A blocked\n");
        Assert.Equal(default(Violation), runner.Run(alive, NonPreemptive.Instance, default).Violation);
        World world = runner.System.World;
        (int events, int operations) = (world.Events.LiveEvents, world.Lanes.LiveOperations);
        runner.Run(dead, NonPreemptive.Instance, default);
        Assert.False(runner.System.FileServers[0].IsRunning);
        Assert.Equal(events - 1, world.Events.LiveEvents);
        Assert.Equal(operations - 1, world.Lanes.LiveOperations);
        Assert.False(world.Scheduler.IsEnabled(runner.System.FileServers[0].Dispatcher.Party));
    }

    private static TheoryData<string> MakeProtocols()
    {
        var names = new TheoryData<string>();
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            names.Add(protocol.Name);
        }

        return names;
    }
}
