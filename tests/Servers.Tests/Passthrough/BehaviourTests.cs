// What each behaviour of a file server is, and that protocols meet it: a stream returns what it has got and tells it once, a deaf
// server lets a cancelled read hang, a slow one lets the cancel overtake the request, a late one harms nobody, and one that is
// slow with cancels lets the request and the next one overtake the cancel.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Tests.Running;
using Managarm.Perf.Servers.Tests.Running.Threaded;

namespace Managarm.Perf.Servers.Tests.Passthrough;

public sealed class BehaviourTests
{
    private const int Schedules = 600;
    private const int ManySchedules = 20_000;

    private const string Interrupted =
        "A: sigaction(USR1, handle)\nA: read(tty, 1)\nB: kill(A, USR1) when A blocked\n";

    [Theory]
    [InlineData("monolithic")]
    [InlineData("oneshot")]
    [InlineData("tristate")]
    public void A_cancelled_stream_returns_what_it_has_got(string protocol)
    {
        const string text =
            "device tty stream\nA: sigaction(USR1, handle)\nA: read(tty, 3) = {0}\nA: read(tty, 1) = 1 | EINTR | blocked\n"
            + "B: kill(A, USR1) when A blocked\nline: raise(tty, 2)\n";
        Assert.DoesNotContain(Invariant.Bytes, Search(protocol, With(text, "2 | EINTR"), Schedules).Keys);
        Assert.DoesNotContain(Invariant.Allowed, Search(protocol, With(text, "2 | EINTR"), Schedules).Keys);
        Assert.Contains(Invariant.Allowed, Search(protocol, With(text, "EINTR"), Schedules).Keys);
        Assert.Contains(Invariant.Allowed, Search(protocol, With(text, "2"), Schedules).Keys);
    }

    [Theory]
    [InlineData("monolithic")]
    [InlineData("none")]
    [InlineData("tristate")]
    public void A_stream_waits_for_all_and_serves_one_read_at_a_time(string protocol)
    {
        const string text =
            "device tty stream\nthread A2 in A\nA: read(tty, 2) = 2\nA2: read(tty, 2) = 2\n"
            + "line: raise(tty, 1)\nline: raise(tty, 1)\nline: raise(tty, 1)\nline: raise(tty, 1)\n";
        Assert.Equal([Invariant.None], Search(protocol, text, Schedules).Keys);
    }

    [Fact]
    public void A_read_of_a_deaf_server_does_not_end_by_a_signal()
    {
        Assert.Contains(Invariant.Liveness, Search("tristate", "device tty deaf\n" + Interrupted, Schedules).Keys);
        Assert.DoesNotContain(Invariant.Liveness, Search("tristate", "device tty\n" + Interrupted, Schedules).Keys);
        Assert.Equal([Invariant.None], Search("monolithic", "device tty deaf\n" + Interrupted, Schedules).Keys);
        Assert.Equal(
            [Invariant.None],
            Search("tristate", "device tty deaf\n" + Interrupted + "line: raise(tty, 1) when A blocked\n", Schedules).Keys);
    }

    [Fact]
    public void A_cancel_overtakes_its_request_on_the_way_to_a_slow_server()
    {
        Assert.Contains(Invariant.Liveness, Search("tristate", "device tty slow\n" + Interrupted, Schedules).Keys);
        Assert.DoesNotContain(Invariant.Liveness, Search("tristate", "device tty slow\nA: read(tty, 1)\n", Schedules).Keys);
    }

    [Theory]
    [InlineData("monolithic")]
    [InlineData("none")]
    [InlineData("tristate")]
    public void A_late_reply_takes_hops_and_harms_nobody(string protocol)
    {
        const string text = "device tty {0}\nA: read(tty, 1) = 1\nA: read(tty, 1) = 1\nline: raise(tty, 2)\n";
        Assert.Equal([Invariant.None], Search(protocol, With(text, "late"), Schedules).Keys);
        Assert.DoesNotContain(Invariant.Liveness, Search("tristate", "device tty late\n" + Interrupted, Schedules).Keys);
        using ScenarioRunner runner = Make(protocol);
        uint late = runner.Run(ScenarioText.Parse(With(text, "late")), NonPreemptive.Instance, default).Steps;
        uint prompt = runner.Run(ScenarioText.Parse(With(text, "")), NonPreemptive.Instance, default).Steps;
        Assert.Equal(protocol != "monolithic", late > prompt);
    }

    [Theory]
    [InlineData("cancel-id")]
    [InlineData("queue-alert")]
    [InlineData("lane-cancel")]
    [InlineData("tristate")]
    [InlineData("ordered")]
    public void A_server_that_is_slow_with_cancels_has_taken_one_in_for_some_hops_before_it_looks_it_up(string protocol)
    {
        Assert.Equal(0u, StepsUntilLookUp(protocol, "device tty\n" + Interrupted));
        Assert.InRange(StepsUntilLookUp(protocol, "device tty slowcancel\n" + Interrupted), 6u, 12u);
        Assert.Equal(0u, StepsUntilLookUp(protocol, "device tty slow\n" + Interrupted));
        Assert.DoesNotContain(Invariant.Liveness, Search(protocol, "device tty slowcancel\n" + Interrupted, Schedules).Keys);
    }

    [Theory]
    [InlineData("monolithic")]
    [InlineData("tristate")]
    [InlineData("ordered")]
    public void A_cancel_that_is_looked_up_late_ends_no_other_read(string protocol)
    {
        const string text =
            "device tty slowcancel\nA: sigaction(USR1, handle)\nA: read(tty, 1) = 1 | EINTR\nA: read(tty, 1) = 1 | EINTR\n"
            + "B: kill(A, USR1) when A blocked\nline: raise(tty, 1)\nline: raise(tty, 1)\n";
        foreach (string party in (string[])["line", "B", "A"])
        {
            Assert.Equal([Invariant.None], Sweep.Of(protocol, text, party).Keys);
        }
    }

    [Theory]
    [InlineData("ordered")]
    [InlineData("none")]
    public void What_a_serial_port_has_lost_is_not_waited_for(string protocol)
    {
        const string text = "device com serial\nA: read(com, 30)\nA: read(com, 1) = 1 | blocked\nline: raise(com, 30)\n";
        Assert.Equal([Invariant.None], Search(protocol, text, Schedules).Keys);
    }

    /// <summary>The write stands on a pipe that is full, while its number stands for a new one. A campaign took it for a write
    /// that ought to return, once in fifty million runs.</summary>
    [Fact]
    public void A_file_that_an_inherited_handler_closes_is_not_taken_for_the_next_of_its_number()
    {
        const string text =
            "pipe r, w\nA: sigaction(USR1, handle)\nA: B = fork()\nB: B2 = clone()\nA.USR1: close(w)\nA.USR1: r2, w2 = pipe()\n"
            + "B: write(w, 1)\nC: write(w, 1)\nA: write(w, 7)\nC: kill(B, USR1)\n";
        Assert.DoesNotContain(Invariant.Completion, Search("ordered", text, ManySchedules).Keys);
    }

    private static uint StepsUntilLookUp(string protocol, string text)
    {
        using ScenarioRunner runner = Make(protocol);
        runner.System.World.Trace.IsEnabled = true;
        runner.Run(ScenarioText.Parse(text), NonPreemptive.Instance, default);
        IReadOnlyList<TraceRecord> records = runner.System.World.Trace.Records;
        TraceRecord taken = records.First(
            each => each.Note == NoteKind.RequestAccepted && each.First == (long)MessageKind.CancelOperation);
        return records.First(each => each.Note is NoteKind.CancelHit or NoteKind.CancelMissed).Step - taken.Step;
    }

    private static string With(string text, string word) => text.Replace("{0}", word, StringComparison.Ordinal);

    private static ScenarioRunner Make(string protocol) => new(ProtocolCatalog.Find(protocol)!, Profile.Managarm);

    private static Dictionary<Invariant, int> Search(string protocol, string text, int runs)
    {
        using ScenarioRunner runner = Make(protocol);
        Scenario scenario = ScenarioText.Parse(text);
        var strategies = new Strategies();
        var seen = new Dictionary<Invariant, int>();
        for (int number = 0; number < runs; number++)
        {
            Invariant invariant = runner.Run(scenario, strategies[number], default).Violation.Invariant;
            seen[invariant] = seen.GetValueOrDefault(invariant) + 1;
        }

        return seen;
    }
}
