// Causes are found by trying: every window of the bank is named by its own entry, and a planted defect whose symptom a window
// has, too, is never taken for that window.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Causes;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Store;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Causes;

/// <summary>Tests of <see cref="Attribution"/>.</summary>
public sealed class CauseTests
{
    /// <summary>A repair of another window hides one entry, so it takes both; two entries need a planted defect.</summary>
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["read-lane-closed"] = "G2-lane+T2",
        ["write-forgotten-by-duplicate"] = "defect credentials-shared",
        ["read-duplicate-id"] = "defect credentials-shared",
    };

    public static TheoryData<string> Entries() =>
        [.. Bank.Where(static each => !each.IsBenign && (each.Repair != Repairs.None || each.Limit != Limits.None))
            .Select(static each => each.Name)];

    private static IReadOnlyList<KnownWindow> Bank { get; } =
        WindowBank.Read(Path.Combine(RepositoryRoot.Path, "Corpus", "windows"));

    [Theory]
    [MemberData(nameof(Entries))]
    public void An_entry_of_the_bank_is_due_to_its_window(string name)
    {
        KnownWindow window = Bank.Single(each => each.Name == name);
        using var worlds = new RepairedWorlds(window.Protocol, window.Profile, window.JudgesAllCalls, relaxesDispatch: false);
        ScenarioRunner runner = worlds.With(Repairs.None);
        var schedule = new Schedule();
        FindingReplay.Resolve(runner.System, window.File, schedule);
        var replay = new Replay();
        replay.Load(schedule, isStrict: false);
        Violation violation = runner.Run(window.File.Scenario, replay, window.Defects).Violation;
        replay.Finish();
        Assert.True(window.IsShownBy(violation));
        Cause cause = new Attribution(worlds).Find(
            window.File.Scenario, schedule, violation, window.Defects, isRepaired: false);
        string expected = window.Repair == Repairs.None ? "limit deaf-servers" : window.Window;
        Assert.Equal(Others.GetValueOrDefault(name, expected), cause.ToString());
    }

    [Theory]
    [InlineData(Defect.GoneChildNotTold)]
    [InlineData(Defect.PollNotRearmed)]
    public void A_defect_with_the_symptom_of_a_window_is_not_taken_for_it(Defect defect)
    {
        DefectSet planted = default(DefectSet).With(defect);
        CampaignReport report = TestCampaign.Run(
            "tristate", 16_384, 1, 2, TestCampaign.SeedDirectory, planted,
            stopsWhen: static finding => finding.Cause!.Kind == CauseKind.Defect);
        Assert.Contains(report.Findings, finding => finding.Cause!.ToString() == $"defect {DefectNames.Of(defect)}");
        Assert.DoesNotContain(report.Findings, finding => finding.Cause!.Kind == CauseKind.Unattributed);
    }

    [Fact]
    public void What_the_baseline_shows_with_a_defect_is_due_to_that()
    {
        CampaignReport report = TestCampaign.Run(
            "monolithic", 4096, 1, 2, TestCampaign.SeedDirectory,
            default(DefectSet).With(Defect.SignalBeforeSleepLost).With(Defect.RegistryEntryKept));
        string[] causes = [.. report.Causes.Select(static line => line.Cause.ToString()).Order(StringComparer.Ordinal)];
        Assert.Equal(["defect registry-entry-kept", "defect signal-before-sleep-lost"], causes);
    }
}
