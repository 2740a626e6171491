// The defect bank proves the oracle: each planted defect is found within the budget in which the same binary finds nothing
// new without it.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz.Tests;

public sealed class DefectTests
{
    private const long BudgetRuns = 12_288;

    public static TheoryData<string, Defect> Planted()
    {
        var data = new TheoryData<string, Defect>();
        for (Defect defect = 0; defect < Defect.Count; defect++)
        {
            data.Add("tristate", defect);
            if (AppliesToMonolithic(defect))
            {
                data.Add("monolithic", defect);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_defect_is_found_in_the_budget(string protocol, Defect defect)
    {
        CampaignReport report = TestCampaign.Run(
            protocol, BudgetRuns, 1, 2, TestCampaign.SeedDirectory, default(DefectSet).With(defect));
        Assert.NotEmpty(TestCampaign.NewSignatures(report));
    }

    [Theory]
    [InlineData("tristate")]
    [InlineData("monolithic")]
    public void Nothing_new_is_found_without_one(string protocol)
    {
        CampaignReport report = TestCampaign.Run(protocol, BudgetRuns, 1, 2, TestCampaign.SeedDirectory, default);
        Assert.Empty(TestCampaign.NewSignatures(report));
    }

    /// <summary>The monolithic kernel has no queue, no parked signal, no alert, and its timers raise events, which is
    /// idempotent.</summary>
    private static bool AppliesToMonolithic(Defect defect) => defect is not (
        Defect.CompletionPostedTwice or Defect.ClearWithoutRecheck or Defect.ParkedSignalDroppedByIgnore
        or Defect.TimerPostsTwice or Defect.AlertDescriptorLeaked or Defect.CredentialsShared);
}
