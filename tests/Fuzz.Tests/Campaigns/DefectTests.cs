// The defect bank proves the oracle: each planted defect is found within the budget in which the same binary finds nothing
// new without it. Where a defect applies to the baseline it is looked for there, because nothing else is found there: a
// protocol with known findings spends nine tenths of such a campaign on making those small again.

using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz.Tests;

public sealed class DefectTests
{
    private const long BudgetRuns = 12_288;

    public static TheoryData<string, Defect> Planted()
    {
        var data = new TheoryData<string, Defect> { { "none", Defect.ClearWithoutRecheck } };
        for (Defect defect = 0; defect < Defect.Count; defect++)
        {
            if (AppliesToMonolithic(defect))
            {
                data.Add("monolithic", defect);
            }
            else if (AppliesToTristate(defect))
            {
                data.Add("tristate", defect);
            }
            else if (AppliesToInterrupts(defect))
            {
                data.Add("ordered", defect);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_defect_is_found_in_the_budget(string protocol, Defect defect)
    {
        // Rare are a server that dies between its answer and its next wait, and a cancel from another processor.
        long runs = defect is Defect.PinKeepsGoneSink or Defect.TimerOfOtherProcessor ? 4 * BudgetRuns : BudgetRuns;
        Assert.True(TestCampaign.FindsNew(protocol, runs, default(DefectSet).With(defect)));
    }

    [Theory]
    [InlineData("tristate")]
    [InlineData("monolithic")]
    [InlineData("ordered")]
    public void Nothing_new_is_found_without_one(string protocol)
    {
        CampaignReport report = TestCampaign.Run(protocol, BudgetRuns, 1, 2, TestCampaign.SeedDirectory, default);
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
        Assert.InRange(Enumerable.Range(0, (int)Defect.Count).Count(each => AppliesToMonolithic((Defect)each)), 20, 64);

    [Fact]
    public void Every_defect_is_found_under_some_protocol()
    {
        for (Defect defect = 0; defect < Defect.Count; defect++)
        {
            bool isElsewhere = defect is Defect.RestartForgotten or Defect.ClearWithoutRecheck;
            bool isHere = AppliesToTristate(defect) || AppliesToMonolithic(defect) || AppliesToInterrupts(defect);
            Assert.True(isHere || OrderedDefectTests.IsOfOrdered(defect) || isElsewhere, $"{defect}");
        }
    }

    /// <summary>What needs a queue, a parked signal or an alert.</summary>
    private static bool AppliesToTristate(Defect defect) => defect is
        Defect.CompletionPostedTwice or Defect.ParkedSignalDroppedByIgnore or Defect.TimerPostsTwice
        or Defect.AlertDescriptorLeaked or Defect.ChunkProgressGoesBack or Defect.CredentialsShared;

    /// <summary>The monolithic kernel has no queue, no parked signal, no alert, and its timers raise events, which is
    /// idempotent. A restart is demanded by the other profiles only.</summary>
    private static bool AppliesToMonolithic(Defect defect) => defect is not (
        Defect.CompletionPostedTwice or Defect.ClearWithoutRecheck or Defect.ParkedSignalDroppedByIgnore
        or Defect.TimerPostsTwice or Defect.AlertDescriptorLeaked or Defect.ChunkProgressGoesBack
        or Defect.RestartForgotten or Defect.CredentialsShared)
        && !OrderedDefectTests.IsOfOrdered(defect) && !AppliesToInterrupts(defect);

    /// <summary>The monolithic kernel takes input without interrupts, and none of its waits is an operation with a timer.
    /// They are looked for where nothing is known.</summary>
    private static bool AppliesToInterrupts(Defect defect) => defect is
        Defect.ElapsedTimerCancelled or Defect.TimerQueueTestInverted or Defect.SleepIgnoresToken
        or Defect.InterruptSequenceRace or Defect.PinStaysMasked or Defect.EdgeNotBuffered or Defect.PinKeepsGoneSink
        or Defect.TimerOfOtherProcessor;
}
