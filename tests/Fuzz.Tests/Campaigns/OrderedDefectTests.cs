// The risks and drafts of `ordered`, each behind a defect: a small scenario in which a short search finds it, and in which the
// same search finds nothing without it. That a campaign finds them, too, is on the page of defects.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Protocols.OrderedProtocol;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

public sealed class OrderedDefectTests
{
    private const int Runs = 2000;
    private const int RelaxedRuns = 20_000;
    private const int MixedRuns = 384;

    private const string PolledPipe =
        """
        pipe r, w
        A: sigaction(USR1, handle)
        A: poll(r in, -1)
        B: kill(A, USR1)
        """;

    private const string SlowRead =
        """
        device disk slow
        A: sigaction(USR1, handle)
        A: read(disk, 1)
        B: kill(A, USR1)
        """;

    private const string SlowReads =
        """
        device disk slow
        thread A2 in A
        A: sigaction(USR1, handle)
        A: read(disk, 1)
        A: read(disk, 1)
        A2: read(disk, 1)
        A2: read(disk, 1)
        B: tgkill(A, A, USR1) when A blocked
        line: raise(disk, 1) when A blocked
        line: raise(disk, 3)
        """;

    private const string DeafRead =
        """
        device tty deaf
        thread A2 in A
        A2: read(tty, 1)
        A: sigaction(USR1, handle)
        A: tgkill(A, A2, USR1) when A2 blocked
        A: tgkill(A, A2, USR1)
        A: sigaction(USR1, default)
        """;

    /// <summary>Whether a defect is planted in what only `ordered` has.</summary>
    internal static bool IsOfOrdered(Defect defect) => defect is >= Defect.EpochTakenLate and <= Defect.DyingEpochRenewed;

    public static TheoryData<Defect, Invariant, string> Planted() => new()
    {
        { Defect.EpochTakenLate, Invariant.Epoch, PolledPipe },
        { Defect.EpochFreedWhileHeld, Invariant.Epoch, PolledPipe },
        { Defect.EpochRenewedWhenParked, Invariant.Epoch, PolledPipe },
        { Defect.EpochNotRenewed, Invariant.Epoch, PolledPipe + "\nA: poll(r in, -1)" },
        { Defect.TicketTakenLate, Invariant.Order, SlowRead },
        { Defect.EarlyCancelForgotten, Invariant.Order, SlowRead },
        { Defect.EarlyCancelStays, Invariant.Order, SlowReads },
        { Defect.EarlyCancelMatchesAny, Invariant.Victim, SlowReads.Replace(" when A blocked", "", StringComparison.Ordinal) },
        { Defect.TicketKeptOpen, Invariant.Order, "device net deaf\nA: read(net, 1)" },
        { Defect.IdSeedRepeated, Invariant.Victim, "device tty\nA: read(tty, 0)\nA: exec()\nA: read(tty, 0)" },
        {
            Defect.ContextShared, Invariant.Cause,
            """
            device tty late
            A: sigaction(USR1, handle)
            A: read(tty, 1)
            A: close(tty)
            B: kill(A, USR1) when A blocked
            """
        },
        {
            Defect.GraceNotRechecked, Invariant.Ending,
            """
            device net deaf
            thread A2 in A
            A: sigaction(USR1, handle)
            A: read(net, 1)
            A2: sigaction(TERM, ignore) when B blocked
            B: tgkill(A, A, USR1) when A blocked
            B: tgkill(A, A, TERM)
            """
        },
        { Defect.GraceForgotten, Invariant.Ending, "device net deaf\nA: read(net, 1)\nB: kill(A, KILL) when A blocked" },
        {
            Defect.CancelBeforeData, Invariant.Ending,
            """
            A: sigaction(USR1, handle)
            A: C = fork()
            A: waitpid(C)
            B: kill(A, USR1)
            C: exit(0)
            """
        },
        { Defect.AlertForgotten, Invariant.Level, "device tty\nA: read(tty, 1)\nB: kill(A, USR1)" },
        {
            Defect.LaneNotHeld, Invariant.Liveness,
            """
            device tty
            thread A2 in A
            A: read(tty, 1)
            A2: close(tty)
            B: tgkill(A, A, ALRM)
            """
        },
        {
            Defect.KilledRequestKept, Invariant.Registry,
            "device tty\nthread A2 in A\nA: exit(0) when A2 blocked\nA2: read(tty, 1)"
        },
        { Defect.TimedWaitCancelledFirst, Invariant.Ending, "pipe r, w\nA: poll(r in, 10)\nB: kill(A, USR1)" },
        { Defect.ActionChangeUnnoticed, Invariant.Ending, DeafRead },
        {
            Defect.DyingEpochRenewed, Invariant.Epoch,
            "process A\nthread B2 in B\nB: exec()\nB: waitpid(A)\nB2: kill(B, USR1)"
        },
        { Defect.LaneErrorSaysInterrupted, Invariant.Eintr, "device tty\nA: read(tty, 1)\nline: crash(tty) when A blocked" },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_risk_is_found_in_a_small_scenario(Defect defect, Invariant violated, string text)
    {
        Scenario scenario = SampleFinding.Parse(text + "\n").Scenario;
        using var runner = new ScenarioRunner(new Ordered(), Profile.Managarm);
        Assert.Equal(violated, Search(runner, scenario, default(DefectSet).With(defect)));
        Assert.Equal(Invariant.None, Search(runner, scenario, default));
    }

    [Fact]
    public void Every_defect_of_its_own_has_a_scenario()
    {
        IEnumerable<Defect> own = Enum.GetValues<Defect>().Where(IsOfOrdered).Where(each => each != Defect.AnswerAwaited);
        Assert.Equal(own, Planted().Select(row => row.Data.Item1).Order());
    }

    [Fact]
    public void A_call_that_starts_over_keeps_its_deadline()
    {
        const string text =
            """
            pipe r, w
            A: sigaction(USR1, handle, restart)
            A: poll(r in, 20)
            B: nanosleep(5)
            B: kill(A, USR1)

            """;
        Scenario scenario = SampleFinding.Parse(text).Scenario;
        using var runner = new ScenarioRunner(new Ordered(), Profile.Posix);
        Assert.Equal(
            Invariant.Completion, Search(runner, scenario, default(DefectSet).With(Defect.RestartWaitsFullTime)));
        Assert.Equal(Invariant.None, Search(runner, scenario, default));
    }

    [Fact]
    public void An_awaited_answer_is_found_where_file_servers_do_not_answer()
    {
        Scenario scenario = SampleFinding.Parse(
            "device net deaf\nA: sigaction(USR1, handle)\nA: read(net, 1)\nB: kill(A, USR1) when A blocked\n").Scenario;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("ordered-old-files")!, Profile.Managarm);
        Assert.Equal(Invariant.Progress, Search(runner, scenario, default(DefectSet).With(Defect.AnswerAwaited)));
        Assert.Equal(Invariant.None, Search(runner, scenario, default));
    }

    /// <summary>A thread that was killed after it had sent its cancel is cancelled again, in its name. That both come before its
    /// request is registered needs a server that handles what is ready in another order than it came.</summary>
    [Fact]
    public void A_second_early_cancel_takes_the_place_of_the_first()
    {
        const string text =
            """
            device disk slow
            thread A2 in A
            A: sigaction(USR1, handle)
            A2: read(disk, 1)
            A: tgkill(A, A2, USR1) when A2 blocked
            A: exit(0)

            """;
        Scenario scenario = SampleFinding.Parse(text).Scenario;
        using var runner = new ScenarioRunner(new Ordered(), Profile.Managarm);
        runner.System.World.Trace.IsEnabled = true;
        runner.System.RelaxesDispatch = true;
        var walk = new RandomWalk();
        int replaced = 0;
        for (int run = 0; run < RelaxedRuns; run++)
        {
            walk.Seed(Prng.Derive(1, (ulong)run), (uint)(run % 4));
            Assert.True(runner.Run(scenario, walk, default).Violation.IsNone);
            int kept = runner.System.World.Trace.Records.Count(static record => record.Note == NoteKind.CancelKept);
            replaced += kept > 1 ? 1 : 0;
        }

        Assert.InRange(replaced, 1, RelaxedRuns);
    }

    /// <summary>What a mixed world shows is excepted from its promise (docs/protocols/ordered.md, Migration), in the list of
    /// known findings.</summary>
    [Theory]
    [InlineData("ordered-old-files")]
    [InlineData("tristate-new-servers")]
    [InlineData("tristate-new-posix")]
    [InlineData("tristate-new-files")]
    public void A_mixed_world_keeps_its_promise(string protocol)
    {
        CampaignReport report = TestCampaign.Run(protocol, MixedRuns, 1, 2, TestCampaign.SeedDirectory, default);
        Assert.Empty(TestCampaign.NewSignatures(report));
    }

    [Theory]
    [InlineData("ordered")]
    [InlineData("ordered-old-files")]
    public void It_holds_whatever_the_order_of_dispatch(string protocol)
    {
        Scenario scenario = SampleFinding.Parse(SlowReads.Replace("slow", "late", StringComparison.Ordinal) + "\n").Scenario;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        runner.System.RelaxesDispatch = true;
        int overtaken = 0;
        var walk = new RandomWalk();
        for (int run = 0; run < Runs; run++)
        {
            walk.Seed(Prng.Derive(1, (ulong)run), (uint)(run % 4));
            Assert.True(runner.Run(scenario, walk, default).Violation.IsNone);
            overtaken += Array.Exists(
                runner.Recorded.Deviations.ToArray(),
                each => runner.System.Parties.NameOf(each.Party).ToString() == PartyName.Order) ? 1 : 0;
        }

        Assert.InRange(overtaken, 1, Runs);
    }

    private static Invariant Search(ScenarioRunner runner, Scenario scenario, DefectSet defects)
    {
        var walk = new RandomWalk();
        for (int run = 0; run < Runs; run++)
        {
            walk.Seed(Prng.Derive(1, (ulong)run), (uint)(run % 4));
            Violation violation = runner.Run(scenario, walk, defects).Violation;
            if (!violation.IsNone)
            {
                return violation.Invariant;
            }
        }

        return Invariant.None;
    }
}
