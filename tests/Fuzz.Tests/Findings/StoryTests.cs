// The story of a run must tell the race: the preemption, the signal, the cancel that comes too early, and what passed
// between the parties. Order and presence are checked, not wording as a whole.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Findings;

/// <summary>Tests of stories, traces and digests.</summary>
public sealed class StoryTests
{
    private static readonly RawFinding Finding = SampleFinding.Make();
    private static readonly Story Told = FindingReplay.Tell(Finding);

    [Fact]
    public void The_trace_tells_the_race_in_order()
    {
        string trace = TraceText.Write(Told);
        AssertInOrder(
            trace,
            "calls waitpid(",
            "PREEMPTION 1:",
            "calls kill(A, USR1)",
            "queues USR1 for A",
            "A's flag 1 -> 2",
            "parks USR1",
            "NOT REGISTERED",
            "TOO LATE",
            "VIOLATED: liveness");
        Assert.Contains(Invariants.SentenceOf(Invariant.Liveness), trace, StringComparison.Ordinal);
        Assert.Contains("blocks in the kernel", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("goes on", trace, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_step_of_the_run_is_an_event()
    {
        var steps = Told.Events.Where(each => each.Kind != PointKind.None).Select(each => each.Step).ToArray();
        Assert.Equal(Enumerable.Range(1, (int)Told.Result.Steps).Select(step => (uint)step), steps);
        Assert.All(Told.Events, each => Assert.NotEmpty(each.Lines));
    }

    [Fact]
    public void The_hops_of_a_server_that_is_slow_with_cancels_stand_before_it_looks_one_up()
    {
        using var runner = new ScenarioRunner(new Tristate(), Profile.Managarm);
        Scenario scenario = SampleFinding.Parse(
            "device tty slowcancel\nA: sigaction(USR1, handle)\nA: read(tty, 1)\nB: kill(A, USR1) when A blocked\n").Scenario;
        string trace = TraceText.Write(FindingReplay.Tell(runner, scenario, new Schedule(), default));
        AssertInOrder(trace, "accepts the request cancel", "submits: a hop", "submits: a hop", "submits: a hop", "found");
        Assert.DoesNotContain("second part", trace, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrows_run_forward_between_different_parties()
    {
        Assert.All(Told.Arrows, arrow => Assert.True(arrow.From.Index < arrow.To.Index));
        Assert.All(Told.Arrows, arrow => Assert.NotEqual(arrow.From.Party, arrow.To.Party));
        ArrowKind[] expected = [ArrowKind.Request, ArrowKind.Stop, ArrowKind.Resume, ArrowKind.Interrupt];
        Assert.All(expected, kind => Assert.Contains(Told.Arrows, arrow => arrow.Kind == kind));
    }

    [Fact]
    public void A_preemption_names_who_is_held_back_and_before_what()
    {
        StoryPreemption preemption = Assert.Single(Told.Preemptions);
        Assert.Equal("A", Told.Parties[preemption.Delayed].Name);
        Assert.Equal(PointKind.FlagCheck, preemption.Delays!.Kind);
    }

    [Fact]
    public void The_digest_takes_about_a_dozen_lines()
    {
        string[] lines = [.. Digest.Write(Told, Finding.File.Schedule.ToString())];
        Assert.InRange(lines.Length, 10, 24);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 130));
        string text = string.Join('\n', lines);
        AssertInOrder(
            text,
            "liveness of waitpid",
            "<-- this call",
            "schedule 1 ",
            "held back",
            "NOT REGISTERED",
            "TOO LATE",
            "=> A stands in");
    }

    [Fact]
    public void Only_the_violated_one_of_two_equal_lines_is_marked()
    {
        RawFinding finding = SampleFinding.Make("device tty\nA: read(tty, 1)\nA: read(tty, 1) = 2\nline: raise(tty, 1)\n");
        IEnumerable<string> lines = Digest.Write(FindingReplay.Tell(finding), "schedule");
        Assert.Single(lines, line => line.EndsWith("<-- this call", StringComparison.Ordinal));
    }

    [Fact]
    public void A_request_on_a_file_lane_and_its_reply_become_arrows()
    {
        RawFinding finding = SampleFinding.Make("device tty\nA: read(tty, 1) = 2\nline: raise(tty, 1)\n");
        Story story = FindingReplay.Tell(finding);
        Assert.Contains(story.Arrows, arrow => arrow.Kind == ArrowKind.Request && arrow.Label == "request read");
    }

    [Fact]
    public void A_registration_that_outlives_its_thread_is_named_at_the_end()
    {
        RawFinding finding = SampleFinding.Make("device tty\nthread A2 in A\nA: exit(0)\nA2: read(tty, 1)\n");
        Story story = FindingReplay.Tell(finding);
        Assert.Equal(Invariant.Registry, story.Violation.Invariant);
        const string expected = "request 1 of A2 is still registered; A2 has ended";
        Assert.Equal(expected, Assert.Single(story.LeftRegistrations));
        Assert.Contains(expected, TraceText.Write(story), StringComparison.Ordinal);
        Assert.Contains(expected, ConfirmText.Write(story, []), StringComparison.Ordinal);
        Assert.Contains("  => " + expected, Digest.Write(story, "schedule"));
    }

    [Fact]
    public void The_cancel_that_misses_a_poll_stays_in_the_digest()
    {
        RawFinding finding = SampleFinding.Make("pipe r, w\nA: poll(r in, -1)\nB: kill(A, USR1)\n");
        string text = string.Join('\n', Digest.Write(FindingReplay.Tell(finding), "schedule"));
        AssertInOrder(text, "NOT REGISTERED", "TOO LATE");
    }

    private static void AssertInOrder(string text, params string[] parts)
    {
        int position = 0;
        foreach (string part in parts)
        {
            int found = text.IndexOf(part, position, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{part}' is not there, or not in order, in:\n{text}");
            position = found + part.Length;
        }
    }
}
