// What a campaign promises: it finds the races that are there and nothing else, and its findings do not depend on the number
// of jobs.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

public sealed class CampaignTests
{
    [Fact]
    public void Tristate_loses_the_EINTR_of_a_cancelled_wait_from_the_seeds()
    {
        CampaignReport report = TestCampaign.Run(
            "tristate", 16_384, 1, 2, TestCampaign.SeedDirectory, default, stopsWhen: IsLost);
        RawFinding finding = Assert.Single(report.Findings, IsLost);
        Assert.True(finding.File.Scenario.CallCount <= 8);
        Assert.Equal(1, finding.File.Schedule.Count);
        Assert.Empty(TestCampaign.NewSignatures(report));

        static bool IsLost(RawFinding finding) => finding.Cause!.ToString() == "O1" && finding.Violation.Kind == CallKind.Waitpid;
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(3UL)]
    public void Tristate_loses_it_from_an_empty_corpus_too(ulong seed)
    {
        CampaignReport report = TestCampaign.Run("tristate", 4_096, seed, 2, null, default, stopsWhen: IsLost);
        Assert.Contains(report.Findings, IsLost);

        static bool IsLost(RawFinding finding) => finding.Violation.Invariant == Invariant.Liveness
            && finding.Violation.Kind is (Managarm.Perf.Core.Calls.CallKind.Waitpid or Managarm.Perf.Core.Calls.CallKind.Poll)
            && finding.File.Schedule.Count > 0;
    }

    [Fact]
    public void Monolithic_has_no_finding()
    {
        CampaignReport report = TestCampaign.Run("monolithic", 100_000, 1, 2, TestCampaign.SeedDirectory, default);
        Assert.Empty(report.Findings);
    }

    [Fact]
    public void None_reports_its_blocked_calls_and_what_it_shares_with_today()
    {
        CampaignReport report = TestCampaign.Run("none", 8192, 1, 2, TestCampaign.SeedDirectory, default);
        Assert.Empty(TestCampaign.NewSignatures(report));

        // A signal that an exec has left parked is seen between two calls, too; that is no blocked call.
        string[] blocked = [.. report.Findings
            .Where(f => f.Violation.Invariant == Invariant.Liveness && f.Violation.Kind != CallKind.None)
            .Select(f => CallTable.Of(f.Violation.Kind).Name).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["nanosleep", "pause", "poll", "read", "sigsuspend", "waitpid", "write"], blocked);
    }

    [Fact]
    public void At_least_a_third_of_the_runs_accept_a_signal_inside_a_call()
    {
        CampaignReport report = TestCampaign.Run("tristate", 4096, 7, 1, TestCampaign.SeedDirectory, default);
        Assert.True(report.Totals.RunsWithSignalInCall * 3 >= report.Totals.Runs);
    }

    [Fact]
    public void Findings_do_not_depend_on_the_number_of_jobs()
    {
        CampaignReport one = TestCampaign.Run("tristate", 1024, 5, 1, TestCampaign.SeedDirectory, default);
        CampaignReport two = TestCampaign.Run("tristate", 1024, 5, 2, TestCampaign.SeedDirectory, default);
        Assert.Equal(Describe(one), Describe(two));
        Assert.Equal(one.Totals.Steps, two.Totals.Steps);
    }

    private static string[] Describe(CampaignReport report) =>
        [.. report.Findings.Select(f => $"{f.RunIndex} {f.Signature}\n{f.File.Format()}")];
}
