// docs/tutorial-own-protocol.md says what the tool finds in a protocol that is not in the catalogue. Here it is compiled and
// run: the page quotes its file, and whatever the page shows as output is what comes out today.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Fuzz.Sweeps;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Tutorial;

/// <summary>Tests of the tutorial.</summary>
public sealed class TutorialTests
{
    private const long CampaignRuns = 4096;

    private const string LostByte =
        """
        pipe r, w
        A: sigaction(USR1, handle)
        A: read(r, 1)
        B: write(w, 1)
        C: kill(A, USR1)
        schedule 1 b80f788e721dbfb6 naive managarm 6 A@18>B

        """;

    private const string StolenReply =
        """
        pipe r, w
        A: sigaction(USR1, handle)
        A: B = fork()
        A: waitpid(B) = EINTR
        A: read(r, 1) = blocked
        B: nanosleep(1)
        C: kill(A, USR1) when A blocked
        schedule 1 084faafcb5c20e56 naive managarm 6

        """;

    private static string Page { get; } =
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "tutorial-own-protocol.md"));

    [Fact]
    public void The_page_quotes_the_protocol()
    {
        string source = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "Fuzz.Tests", "Tutorial", "Naive.cs"));
        Assert.Contains($"```csharp\n{source}```\n", Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read-signal.scn")]
    [InlineData("read-data-races-signal.scn")]
    public void The_page_quotes_the_sweeps(string seed)
    {
        Scenario scenario = SampleFinding.Parse(File.ReadAllText(Path.Combine(TestCampaign.SeedDirectory, seed))).Scenario;
        using var runner = new ScenarioRunner(new Naive(), Profile.Managarm);
        SweepReport report = StepSweep.Run(runner, scenario, default, CancellationToken.None);
        SearchTotals totals = report.Totals;
        string state = report.Violations.Count == 0 ? "clean" : $"violated by {report.Violated}";
        string defects = string.Concat(report.Violations.Select(violation =>
            $"{violation.Count} schedules: {violation.Signature}\n  {violation.FirstLine}\n"));
        string quoted =
            $"$ dotnet run -c Release --project Fuzz -- run Corpus/seeds/{seed} --protocol naive --strategy every-step\n{defects}"
            + $"{state}: {totals.Runs} schedules, all with at most one deviation; {totals.Calls} calls, {totals.Steps} steps, "
            + $"{totals.Decisions} decisions\n";
        Assert.True(Page.Contains(quoted, StringComparison.Ordinal), $"the page does not have\n{quoted}");
        foreach (SweptViolation violation in report.Violations)
        {
            ShrinkResult shrunk = new Shrinker(runner, default).Shrink(scenario, violation.First, violation.Violation);
            ShrinkEffort effort = shrunk.Effort;
            string sizes = $"{ScenarioFormatter.Format(shrunk.Scenario)}...\nbefore: {effort.Before}\nafter:  {effort.After}\n"
                + $"{effort.Candidates} candidates tried in "
                + $"{effort.Runs} runs, {effort.MemoHits} known from before\n";
            Assert.True(Page.Contains(sizes, StringComparison.Ordinal), $"the page does not have\n{sizes}");
        }
    }

    [Theory]
    [InlineData(LostByte, Invariant.Bytes, CallKind.Read, "tutorial-lost-byte.svg")]
    [InlineData(StolenReply, Invariant.Cause, CallKind.Read, "")]
    public void The_page_tells_the_findings(string text, Invariant invariant, CallKind kind, string chart)
    {
        ScenarioFile file = SampleFinding.Parse(text);
        using var runner = new ScenarioRunner(new Naive(), Profile.Managarm);
        var schedule = new Schedule();
        Assert.Equal(0, FindingReplay.Resolve(runner.System, file, schedule));
        Story story = FindingReplay.Tell(runner, file.Scenario, schedule, default);
        Assert.Equal((invariant, kind), (story.Violation.Invariant, story.Violation.Kind));
        string line = file.Schedule.ToString();
        string digest = string.Join('\n', Digest.Write(story, line));
        Assert.True(Page.Contains(digest, StringComparison.Ordinal), $"the page does not have\n{digest}");
        if (chart.Length > 0)
        {
            Assert.Contains($"images/{chart}", Page, StringComparison.Ordinal);
            string image = Path.Combine(RepositoryRoot.Path, "docs", "images", chart);
            string drawn = Chart.Write(story, line);
            if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
            {
                File.WriteAllText(image, drawn);
            }

            Assert.True(File.ReadAllText(image) == drawn, $"{image} is not today's chart; MANAGARM_PERF_ACCEPT=1 accepts it");
        }
    }

    [Fact]
    public void A_campaign_finds_every_kind_of_defect_that_the_page_names()
    {
        var campaign = new Campaign(new CampaignOptions
        {
            Protocols = [new Naive()],
            Runs = CampaignRuns,
            Jobs = 2,
            CorpusDirectory = TestCampaign.SeedDirectory,
        });
        CampaignReport report = campaign.Run(new SilentObserver(), CancellationToken.None);
        Invariant[] found = [.. report.Findings.Select(finding => finding.Violation.Invariant)];
        Assert.Contains($"campaign --protocol naive --runs {CampaignRuns}", Page, StringComparison.Ordinal);
        foreach (Invariant named in (Invariant[])[Invariant.Bytes, Invariant.Cause, Invariant.Panic, Invariant.Liveness])
        {
            Assert.Contains(named, found);
            Assert.Contains($"- `{Invariants.NameOf(named)}`", Page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_naive_protocol_is_not_in_the_catalogue()
    {
        Assert.Null(ProtocolCatalog.Find("naive"));
    }

    private sealed class SilentObserver : ICampaignObserver
    {
        public void Progress(in CampaignProgress progress)
        {
        }

        public string Found(RawFinding finding) => "";
    }
}
