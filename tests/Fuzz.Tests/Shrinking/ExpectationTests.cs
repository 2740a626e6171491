// What shrinking does to expectations. An expectation was true of the whole scenario; when the line goes that made it true,
// what is left accuses a system that is right. So what is left of an `allowed` violation must be clean where no defect is
// planted, and a reader must be told when the expectation never held.

using System.Text.Json.Nodes;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Fuzz.Sweeps;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Shrinking;

public sealed class ExpectationTests
{
    private const long Runs = 1024;

    /// <summary>That nobody has the number B any more rests on the wait for B.</summary>
    private const string ReapedChild =
        """
        A: B = fork()
        A: sigaction(USR2, ignore)
        A: waitpid(B)
        A: kill(B, USR1) = ESRCH
        B: exit(3)

        """;

    [Theory]
    [InlineData("monolithic", Defect.BellWakesOne)]
    public void What_a_campaign_leaves_accuses_no_system_without_the_defect(string protocol, Defect defect)
    {
        CampaignReport report = TestCampaign.Run(
            protocol, Runs, 1, 2, TestCampaign.SeedDirectory, default(DefectSet).With(defect));
        RawFinding[] findings = [.. report.Findings.Where(each => each.Violation.Invariant == Invariant.Allowed)];
        Assert.NotEmpty(findings);
        Assert.All(findings, RequireTruth);
    }

    [Theory]
    [InlineData("tristate")]
    [InlineData("ordered")]
    public void The_line_that_an_expectation_rests_on_stays(string protocol)
    {
        RawFinding finding = SampleFinding.Make(ReapedChild, protocol, Defect.ZombieReportedTwice);
        Assert.Equal(Invariant.Allowed, finding.Violation.Invariant);
        Assert.Equal(
            "A: B = fork()\nA: waitpid(B)\nA: kill(B, USR1) = ESRCH\n", ScenarioFormatter.Format(finding.File.Scenario));
        RequireTruth(finding);
        using var runner = new ScenarioRunner(finding.Protocol, finding.Profile);
        MinimalityReport report = MinimalityCheck.Of(runner, finding.File.Scenario, Resolve(runner, finding), finding.Defects);
        Assert.True(report.IsViolated);
        Assert.Empty(report.Surviving);
    }

    [Fact]
    public void What_another_invariant_does_not_need_goes_in_one_step()
    {
        ShrinkResult plain = ShrinkHanging("pipe r, w\nA: sigaction(USR2, ignore)\nA: read(r, 1)\nB: kill(A, USR1)\n");
        ShrinkResult expecting = ShrinkHanging(
            "pipe r, w\nA: sigaction(USR2, ignore) = 0\nA: read(r, 1) = EINTR | blocked\nB: kill(A, USR1) = 0\n");
        Assert.Equal(ScenarioFormatter.Format(plain.Scenario), ScenarioFormatter.Format(expecting.Scenario));
        Assert.Equal(plain.Effort.Candidates + 1, expecting.Effort.Candidates);
        Assert.Equal(plain.Effort.Runs + 1, expecting.Effort.Runs);
    }

    [Theory]
    [InlineData("device tty\nA: read(tty, 1) = 0\n", null, "failsByDefault", "default order")]
    [InlineData(
        "pipe r, w\nA: sigaction(USR1, handle)\nA: read(r, 1) = EINTR\nB: kill(A, USR1)\n",
        null, "failsInSomeOrder", "in some order")]
    [InlineData(ReapedChild, Defect.ZombieReportedTwice, "holds", "")]
    public void A_finding_says_whether_its_expectation_is_true_of_the_baseline(
        string text, Defect? planted, string verdict, string told)
    {
        // Under `monolithic` the child book accuses the planted defect before any expectation can.
        RawFinding finding = SampleFinding.Make(text, planted is null ? "monolithic" : "tristate", planted);
        using var scratch = new ScratchDirectory();
        FindingFolder folder = FindingWriter.Write(scratch.Location, finding);
        string Read(string name) => File.ReadAllText(Path.Combine(folder.Path, name));
        Assert.Equal(verdict, JsonNode.Parse(Read(FindingWriter.DocumentName))!["baseline"]!.GetValue<string>());
        string digest = string.Join('\n', Digest.Write(folder.Story, "schedule"));
        foreach (string shown in (string[])[digest, Read("trace.txt"), Read("confirm.md")])
        {
            Assert.Equal(told.Length > 0, shown.Contains("The expectations fail on the baseline, too", StringComparison.Ordinal));
            Assert.Contains(told, shown, StringComparison.Ordinal);
        }
    }

    /// <summary>Demands that a finding is clean without the defect: under its own protocol and schedule, and under the baseline
    /// in every schedule with at most one deviation.</summary>
    private static void RequireTruth(RawFinding finding)
    {
        using var runner = new ScenarioRunner(finding.Protocol, finding.Profile);
        var replay = new Replay();
        replay.Load(Resolve(runner, finding), isStrict: false);
        Violation clean = runner.Run(finding.File.Scenario, replay, default).Violation;
        Assert.True(clean.IsNone, $"without the defect it violates {clean.Invariant}, too:\n{finding.File.Format()}");

        using var baseline = new ScenarioRunner(ProtocolCatalog.Find("monolithic")!, finding.Profile);
        SweepReport sweep = StepSweep.Run(
            baseline, finding.File.Scenario, default, TestContext.Current.CancellationToken);
        Assert.True(sweep.IsComplete);
        Assert.True(sweep.Violations.Count == 0, $"the baseline violates it, too:\n{finding.File.Format()}");
    }

    private static ShrinkResult ShrinkHanging(string text)
    {
        Scenario scenario = SampleFinding.Parse(text).Scenario;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("none")!, Profile.Managarm);
        Violation violation = runner.Run(scenario, NonPreemptive.Instance, default).Violation;
        Assert.Equal(Invariant.Liveness, violation.Invariant);
        ShrinkResult shrunk = new Shrinker(runner, default).Shrink(scenario, new Schedule(), violation);
        Assert.True(shrunk.Reproduces);
        return shrunk;
    }

    private static Schedule Resolve(ScenarioRunner runner, RawFinding finding)
    {
        var schedule = new Schedule();
        Assert.Equal(0, FindingReplay.Resolve(runner.System, finding.File, schedule));
        return schedule;
    }
}
