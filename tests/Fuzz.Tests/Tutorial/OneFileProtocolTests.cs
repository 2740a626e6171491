// A protocol is one file, also when it has a state of its own: docs/writing-a-protocol.md says so. The tutorial's `naive` and
// `tagged`, each a file in this folder of which nothing else in the project knows, are run here against what the oracle finds in
// them.

using System.Globalization;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Tutorial;

/// <summary>Tests of protocols of one file.</summary>
public sealed class OneFileProtocolTests
{
    private const int Runs = 20_000;
    private const long CampaignRuns = 2048;

    private static string Page { get; } =
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "tutorial-own-protocol.md"));

    private static Scenario ReuseOfId { get; } = SampleFinding.Parse(
        File.ReadAllText(Path.Combine(TestCampaign.SeedDirectory, "device-slowcancel-then-read.scn"))).Scenario;

    [Fact]
    public void An_id_that_is_used_again_too_early_is_caught()
    {
        Tally hasty = Count(new Tagged(isHasty: true));
        Assert.Equal((Invariant.Eintr, CallKind.Read), (hasty.Violation.Invariant, hasty.Violation.Kind));
        string quoted = string.Create(
            CultureInfo.InvariantCulture, $"violated in {hasty.Violated} of {Runs:N0} runs, first in run {hasty.First + 1:N0}");
        Assert.True(Page.Contains(quoted, StringComparison.Ordinal), $"the page does not have\n{quoted}");
    }

    [Fact]
    public void An_id_that_waits_for_its_answer_holds()
    {
        Assert.Equal(0, Count(new Tagged(isHasty: false)).Violated);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"none in {Runs:N0} runs"), Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_are_lost_where_nobody_waits_for_the_reply()
    {
        Tally naive = Count(new Naive());
        Assert.Equal(Invariant.Bytes, naive.Violation.Invariant);
        Assert.Equal(0, naive.First);
    }

    /// <summary>What is left is in code that all message protocols share, or belongs to threads that were killed.</summary>
    [Fact]
    public void A_campaign_finds_nothing_in_what_a_tagged_call_returns()
    {
        var campaign = new Campaign(new CampaignOptions
        {
            Protocols = [new Tagged(isHasty: false)],
            Runs = CampaignRuns,
            Jobs = 2,
            CorpusDirectory = TestCampaign.SeedDirectory,
        });
        CampaignReport report = campaign.Run(new SilentObserver(), CancellationToken.None);
        Assert.NotEmpty(report.Findings);
        Assert.DoesNotContain(report.Findings, found =>
            found.Violation.Kind is CallKind.Read or CallKind.Write
            && found.Violation.Invariant
                is Invariant.Bytes or Invariant.Cause or Invariant.Eintr or Invariant.Panic or Invariant.Target);
    }

    [Fact]
    public void What_a_protocol_remembers_is_reset_and_hashed_with_everything_else()
    {
        using var runner = new ScenarioRunner(new Tagged(isHasty: false), Profile.Managarm);
        runner.Run(ReuseOfId, NonPreemptive.Instance, default);
        ulong first = runner.System.World.Arena.Hash();
        var random = new Prng(1);
        runner.Run(ReuseOfId, new ScheduleMix().Draw(ref random), default);
        runner.Run(ReuseOfId, NonPreemptive.Instance, default);
        Assert.Equal(first, runner.System.World.Arena.Hash());
    }

    /// <summary>One file, and the line that makes it: nobody else knows the names.</summary>
    [Fact]
    public void Nothing_else_knows_of_them()
    {
        Assert.All((string[])["naive", "tagged", "tagged-hasty"], name => Assert.Null(ProtocolCatalog.Find(name)));
        foreach (string folder in (string[])["Core", "Hardware", "Servers", "Corpus", "Fuzz"])
        {
            foreach (string file in Directory.EnumerateFiles(
                Path.Combine(RepositoryRoot.Path, folder), "*.cs", SearchOption.AllDirectories))
            {
                Assert.False(File.ReadAllText(file).Contains("TaggedSides", StringComparison.Ordinal), file);
            }
        }
    }

    private static Tally Count(IProtocol protocol)
    {
        using var runner = new ScenarioRunner(protocol, Profile.Managarm);
        var mix = new ScheduleMix();
        var tally = new Tally(default, First: -1, Violated: 0);
        for (int run = 0; run < Runs; run++)
        {
            var random = new Prng(Prng.Derive(1, (ulong)run));
            Violation violation = runner.Run(ReuseOfId, mix.Draw(ref random), default).Violation;
            if (violation.Invariant != Invariant.None)
            {
                tally = tally.Violated == 0 ? new Tally(violation, run, 1) : tally with { Violated = tally.Violated + 1 };
            }
        }

        return tally;
    }

    private sealed record Tally(Violation Violation, int First, int Violated);

    private sealed class SilentObserver : ICampaignObserver
    {
        public void Progress(in CampaignProgress progress)
        {
        }

        public string Found(RawFinding finding) => "";
    }
}
