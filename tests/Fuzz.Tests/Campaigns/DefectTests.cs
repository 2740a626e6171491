// The defect bank proves the oracle: each planted defect is found within a budget, and without one the same binary finds nothing
// new. A defect is looked for in its home, which is the baseline where it can be, because nothing else is found there: a
// protocol with known findings spends nine tenths of such a campaign on making those small again. For the same reason one that
// is at home in tristate is planted into its repaired form.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Defects;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

public sealed class DefectTests
{
    private const long BudgetRuns = 12_288;
    private const long CleanRuns = 2048;

    public static TheoryData<string, Defect> Planted()
    {
        var data = new TheoryData<string, Defect>();
        for (Defect defect = 0; defect < Defect.Count; defect++)
        {
            DefectHome home = DefectHome.Of(defect);
            if (home.Profile == Profile.Managarm && !OrderedDefectTests.IsOfOrdered(defect))
            {
                data.Add(home.Protocol, defect);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_defect_is_found_in_the_budget(string protocol, Defect defect)
    {
        // Rare are a server that dies between its answer and its next wait, a cancel from another processor, and a close between
        // the look for a file and the request.
        bool isRare = defect is Defect.PinKeepsGoneSink or Defect.TimerOfOtherProcessor or Defect.OpenCheckedBeforePublished;
        long runs = isRare ? 4 * BudgetRuns : BudgetRuns;
        string clean = protocol == "tristate" ? "tristate+all" : protocol;
        Assert.True(TestCampaign.FindsNew(clean, runs, default(DefectSet).With(defect)));
    }

    [Theory]
    [InlineData("monolithic")]
    [InlineData("ordered")]
    public void Nothing_new_is_found_without_one(string protocol)
    {
        CampaignReport report = TestCampaign.Run(protocol, CleanRuns, 1, 2, TestCampaign.SeedDirectory, default);
        Assert.Empty(TestCampaign.NewSignatures(report));
    }

    [Fact]
    public void A_forgotten_restart_is_found_where_the_profile_restarts()
    {
        CampaignReport report = TestCampaign.Run(
            "monolithic", BudgetRuns, 1, 2, TestCampaign.SeedDirectory, default(DefectSet).With(Defect.RestartForgotten),
            Profile.Linux);
        Assert.Contains(report.Findings, finding => finding.Violation.Invariant == Invariant.Restart);
    }

    [Fact]
    public void At_least_twenty_defects_apply_to_the_baseline() =>
        Assert.InRange(
            Enumerable.Range(0, (int)Defect.Count).Count(each => DefectHome.Of((Defect)each).Protocol == "monolithic"),
            20,
            (int)Defect.Count);
}
