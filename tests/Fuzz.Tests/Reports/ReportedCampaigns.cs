// Summaries of campaigns that nobody has run: renderers are functions of them, so their tests take no campaign's time.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Reports;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Reports;

/// <summary>Makes summaries.</summary>
internal static class ReportedCampaigns
{
    /// <summary>A cause that nothing expects.</summary>
    internal static CampaignCase New { get; } = Case("nights/a b/findings/new", Cause.Unattributed, known: null);

    /// <summary>A cause that is expected.</summary>
    internal static CampaignCase Known { get; } = Case(
        "nights/a b/findings/old", Cause.OfWindows(["O1"]), new KnownFinding("* O1", "a | reason", new DateOnly(2027, 6, 30)));

    /// <summary>A campaign with some cases.</summary>
    internal static CampaignSummary Of(params CampaignCase[] cases) => new(
        "nights/a b",
        new CampaignState
        {
            Options = new CampaignOptions { Protocols = [ProtocolCatalog.Find("tristate")!], Seed = 7 },
            Rounds = 3,
            Totals = new CampaignProgress { Runs = 12_288 },
            CorpusCount = 44,
        },
        cases);

    /// <summary>Writes the directory of a campaign with a planted defect, as far as reports read it.</summary>
    /// <param name="scratch">Where to.</param>
    /// <returns>The directory, in a folder of nights.</returns>
    internal static string WriteDefect(ScratchDirectory scratch)
    {
        var cause = Cause.OfDefect("registry-entry-kept");
        var state = new CampaignState
        {
            Options = new CampaignOptions
            {
                Protocols = [ProtocolCatalog.Find("ordered")!],
                Defects = default(DefectSet).With(Defect.RegistryEntryKept),
            },
            Rounds = 1,
            Totals = new CampaignProgress { Runs = 4096 },
            NextRun = 4096,
            Features = new ulong[Coverage.FeatureCount / 64],
            Findings = [new CampaignFindingLine("ordered ending read any-schedule", "one", 0, 17, "ordered", cause)],
            Causes = [new CampaignCauseLine("ordered", cause, 5)],
        };
        string folder = Directory.CreateDirectory(scratch.At("nights", "defect", "findings", "one")).FullName;
        File.WriteAllText(Path.Combine(folder, "finding.json"), """
            {
              "signature": "ordered ending read any-schedule", "invariant": "ending", "sentence": "What was told to end goes on.",
              "protocol": "ordered", "call": "A: read(r, 1)", "scenario": "pipe r, w\nA: read(r, 1)\nB: kill(A, USR1)\n",
              "schedule": "schedule 1 3fe05b903935a18d ordered managarm 6", "deciding": []
            }
            """);
        string campaign = scratch.At("nights", "defect");
        File.WriteAllText(Path.Combine(campaign, CampaignDirectory.StateName), state.Write());
        return campaign;
    }

    private static CampaignCase Case(string folder, Cause cause, KnownFinding? known) => new(
        "tristate", cause, known, 2_500, 3, new FindingFacts(
            folder, "tristate liveness read any-schedule", "liveness", "Nothing can happen <any> more.", "tristate+O2",
            "read(r, 1)", "pipe r, w\nA: read(r, 1)\n", "schedule 1 00 tristate managarm 6", ["It needs `x` BEFORE `y`."]));
}
