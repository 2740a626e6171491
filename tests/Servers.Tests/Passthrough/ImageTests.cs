// Exec and clone, put to every step of the calls that other threads of the process are in: the model's own checks hold, the
// monolithic kernel violates nothing, and the message protocols only what follows from what Managarm leaves as it is.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Tests.Running.Threaded;

namespace Managarm.Perf.Servers.Tests.Passthrough;

public sealed class ImageTests
{
    private const string Blocked =
        "device tty\nthread A2 in A\nA: sigaction(USR1, handle)\nA: C = fork()\nA: {0}\nA: {0}\nC: nanosleep(1)\n"
        + "A2: {1}\nA2: kill(A, USR1)\nB: kill(A, USR1)\nline: raise(tty, 1)\n";

    /// <summary>What the message protocols are known to violate with signals to and the end of a process with two
    /// threads.</summary>
    private static readonly Invariant[] Known =
        [Invariant.None, Invariant.Liveness, Invariant.Eintr, Invariant.Registry];

    public static TheoryData<string, string, string> Sweeps { get; } = MakeSweeps();

    [Theory]
    [MemberData(nameof(Sweeps))]
    public void A_process_may_start_over_or_end_at_every_step_of_a_call(string protocol, string blocked, string end)
    {
        string text = string.Format(System.Globalization.CultureInfo.InvariantCulture, Blocked, blocked, end);
        Dictionary<Invariant, int> seen = Sweep.Of(protocol, text, "A2");
        foreach (Invariant known in Known)
        {
            seen.Remove(known);
        }

        if (protocol is "oneshot" or "cancel-id")
        {
            seen.Remove(Invariant.Leak);
        }

        Assert.Empty(seen);
    }

    [Theory]
    [MemberData(nameof(CrashTests.AllProtocols), MemberType = typeof(CrashTests))]
    public void A_new_image_keeps_files_mask_and_what_is_ignored_and_has_no_handlers(string protocol)
    {
        const string text =
            "pipe r, w\nA: sigaction(USR1, handle)\nA: sigaction(USR2, ignore)\nA: sigprocmask(block, {HUP})\n"
            + "A: write(w, 1) = 1\nA: exec()\nA: read(r, 1) = 1\nA: kill(A, USR2)\nA: kill(A, HUP)\n"
            + "A: r2, w2 = pipe() = 0\nA: close(r) = 0\n"
            + "A: sigaction(USR2, handle)\nA: kill(A, USR1)\nA: exit(3)\n";
        using ScenarioRunner runner = Make(protocol);
        Assert.Equal(default(Violation), runner.Run(ScenarioText.Parse(text), NonPreemptive.Instance, default).Violation);
        Assert.Equal(10u, runner.System.World.Counters.CallsReturned);
        Handle<Process> process = runner.System.Posix.Processes.All.HandleAt(0);
        Assert.Equal(-(int)SignalNumber.Usr1, runner.System.Posix.Processes.All[process].Status);
    }

    [Fact]
    public void Posix_ends_the_other_threads_and_Managarm_lets_them_run_on()
    {
        const string text = "pipe r, w\nthread A2 in A\nA: exec()\nA: read(r, 1)\nA2: nanosleep(9)\nA2: write(w, 1)\n";
        Assert.Equal(2u, Calls("monolithic", text));
        Assert.Equal(4u, Calls("tristate", text));
    }

    [Fact]
    public void A_signal_that_comes_in_the_guard_of_exec_is_never_raised()
    {
        const string text = "pipe r, w\nA: exec()\nA: write(w, 1)\nA: read(r, 1)\nB: kill(A, TERM)\n";
        Dictionary<Invariant, int> seen = Sweep.Of("tristate", text, "B");
        Assert.Contains(Invariant.Raise, seen.Keys);
    }

    [Fact]
    public void An_image_may_escape_the_end_of_its_process()
    {
        const string text = "device tty\nthread A2 in A\nA: {0}\nA: read(tty, 1)\nA2: exit(0)\n";
        string starts = text.Replace("{0}", "exec()", StringComparison.Ordinal);
        Assert.Contains(Invariant.Liveness, Walk("tristate", starts));
        string sleeps = text.Replace("{0}", "nanosleep(1)", StringComparison.Ordinal);
        Assert.DoesNotContain(Invariant.Liveness, Walk("tristate", sleeps));
    }

    [Theory]
    [MemberData(nameof(CrashTests.AllProtocols), MemberType = typeof(CrashTests))]
    public void A_cloned_thread_has_the_mask_of_its_creator_and_shares_the_files(string protocol)
    {
        const string text =
            "device tty\nA: sigaction(USR1, handle)\nA: sigprocmask(block, {USR1})\nA: T = clone() = 0\nA: read(tty, 1) = 1\n"
            + "T: kill(A, USR1)\nT: r, w = pipe() = 0\nT: write(w, 1) = 1\nT: U = clone() = 0\nU: read(r, 1) = 1\n"
            + "T: close(tty) when A blocked\nline: raise(tty, 1) when A blocked\n";
        using ScenarioRunner runner = Make(protocol);
        runner.Run(ScenarioText.Parse(text), NonPreemptive.Instance, default);
        foreach (string name in (ReadOnlySpan<string>)["A", "T", "U"])
        {
            Assert.Equal(0, runner.System.Ledger[runner.System.Scenario.FindStrand(ShortName.Of(name))].HandlersRun);
        }

        string harmless = text.Replace("T: close(tty) when A blocked\n", "", StringComparison.Ordinal);
        Assert.Equal([Invariant.None], Sweep.Of(protocol, harmless, "T").Keys);
    }

    [Theory]
    [MemberData(nameof(CrashTests.AllProtocols), MemberType = typeof(CrashTests))]
    public void A_handler_may_be_the_first_that_a_cloned_thread_runs(string protocol)
    {
        const string text =
            "pipe r, w\nA: sigaction(USR1, handle)\nA: write(w, 2)\nA: T = clone() = 0\nT: read(r, 1) = 1\n"
            + "A.USR1: read(r, 1)\nB: tgkill(A, T, USR1)\n";
        Dictionary<Invariant, int> seen = Sweep.Of(protocol, text, "B");
        Assert.DoesNotContain(Invariant.Panic, seen.Keys);
    }

    [Theory]
    [MemberData(nameof(CrashTests.AllProtocols), MemberType = typeof(CrashTests))]
    public void Clone_fails_when_there_is_no_room_for_a_thread(string protocol)
    {
        var options = new WorldOptions { ThreadCapacity = 2 };
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm, options);
        const string text = "A: T = clone() = 0\nA: U = clone() = EAGAIN\nT: pause()\nU: pause()\n";
        Assert.Equal(default(Violation), runner.Run(ScenarioText.Parse(text), NonPreemptive.Instance, default).Violation);
    }

    private static ScenarioRunner Make(string protocol) => new(ProtocolCatalog.Find(protocol)!, Profile.Managarm);

    private static HashSet<Invariant> Walk(string protocol, string text)
    {
        using ScenarioRunner runner = Make(protocol);
        Scenario scenario = ScenarioText.Parse(text);
        var walk = new RandomWalk();
        var seen = new HashSet<Invariant>();
        for (ulong seed = 0; seed < 3000; seed++)
        {
            walk.Seed(seed, 0);
            seen.Add(runner.Run(scenario, walk, default).Violation.Invariant);
        }

        return seen;
    }

    private static uint Calls(string protocol, string text)
    {
        using ScenarioRunner runner = Make(protocol);
        runner.Run(ScenarioText.Parse(text), NonPreemptive.Instance, default);
        return runner.System.World.Counters.Calls;
    }

    private static TheoryData<string, string, string> MakeSweeps()
    {
        var sweeps = new TheoryData<string, string, string>();
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            foreach (string blocked in (ReadOnlySpan<string>)["read(tty, 1)", "waitpid(C)", "poll(tty in, -1)", "pause()"])
            {
                foreach (string end in (ReadOnlySpan<string>)["exec()", "exit(1)", "kill(A, KILL)", "tgkill(A, A, TERM)"])
                {
                    sweeps.Add(protocol.Name, blocked, end);
                }
            }
        }

        return sweeps;
    }
}
