// How a campaign behaves towards its user: what it sees is kept at once, what it cannot shrink in time stays, what is known is
// not told at length, and the line of progress fits wherever it is shown.

using System.Collections.Concurrent;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed class CampaignBehaviourTests
{
    [Fact]
    public void Every_finding_was_kept_before_it_was_shrunk_and_nothing_is_left_over()
    {
        using var watcher = new Watcher(stopsWhenSeen: false);
        CampaignReport report = watcher.Run(runs: 256);
        Assert.NotEmpty(report.Findings);
        Assert.Empty(report.Unshrunk);
        Assert.All(report.Findings, finding => Assert.Contains(finding.RunIndex, watcher.Seen.Keys));
        Assert.Equal(watcher.Seen.Keys.Order(), watcher.Settled.Keys.Order());
        Assert.Equal(report.Findings.Select(each => each.Signature), watcher.Found.Select(each => each.Signature));
    }

    [Fact]
    public void What_there_is_no_time_to_shrink_is_not_lost()
    {
        using var watcher = new Watcher(stopsWhenSeen: true);
        CampaignReport report = watcher.Run(runs: 1_000_000);
        Assert.NotEmpty(watcher.Seen);
        IEnumerable<long> kept = watcher.Settled.Keys.Concat(report.Unshrunk.Select(each => each.Violation.RunIndex));
        Assert.Equal(watcher.Seen.Keys.Order(), kept.Order());
        Assert.True(report.Totals.Runs < 1_000_000);
    }

    [Fact]
    public void What_is_pending_can_be_shrunk_later()
    {
        using var scratch = new ScratchDirectory();
        using var watcher = new Watcher(stopsWhenSeen: true);
        watcher.Run(runs: 1_000_000);
        string text = watcher.Seen.Values.First().File.Format();
        CommandResult result = CommandRunner.Run("shrink", scratch.Write("a.scn", text), "--data", scratch.At("data"));
        Assert.Equal(CommandExit.Clean, result.ExitCode);
    }

    [Fact]
    public void What_is_known_is_not_told_at_length_and_nothing_is_left_pending()
    {
        using var scratch = new ScratchDirectory();
        CommandResult result = Campaign(scratch, "--runs", "256");
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.NotEmpty(Directory.GetDirectories(scratch.At("data", "findings")));
        Assert.Empty(Directory.GetFiles(Directory.CreateDirectory(scratch.At("data", "pending")).FullName));
        Assert.DoesNotContain("VIOLATED", result.Output, StringComparison.Ordinal);
        string[] lines = result.Output.TrimEnd('\n').Split('\n');
        int reasons = lines.Count(line => line.StartsWith("known: ", StringComparison.Ordinal));
        Assert.True(reasons > 1);
        Assert.Contains(lines, line => line.EndsWith($" of {reasons} causes", StringComparison.Ordinal));
        Assert.Equal(reasons, lines.Count(line => line.StartsWith("  known  ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("some/folder")]
    [InlineData(".")]
    public void A_corpus_may_have_folders(string folder)
    {
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.At("corpus", folder));
        File.WriteAllText(scratch.At("corpus", folder, "a.scn"), "A: exit(0)\n");
        CommandResult result = CommandRunner.Run(
            "campaign", "--runs", "4", "--corpus", scratch.At("corpus"), "--protocol", "monolithic",
            "--data", scratch.At("data"));
        Assert.Equal(CommandExit.Clean, result.ExitCode);
    }

    [Fact]
    public void A_corpus_without_scenarios_is_refused()
    {
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.At("corpus", "empty"));
        CommandResult result = CommandRunner.Run(
            "campaign", "--runs", "4", "--corpus", scratch.At("corpus"), "--data", scratch.At("data"));
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Contains("no scenario (*.scn) in it or below", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(130)]
    public void The_line_of_progress_fits_a_terminal(int columns)
    {
        string error = Progress(isInteractive: true, columns);
        string[] lines = error.Split("\r\u001b[2K", StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.Contains(" runs ", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.InRange(line.Length, 1, columns - 1));
        Assert.DoesNotContain("\u001b[3", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_terminal_progress_comes_in_plain_lines()
    {
        string error = Progress(isInteractive: false, columns: 40);
        Assert.DoesNotContain("\u001b", error, StringComparison.Ordinal);
        Assert.Contains(" runs ", error, StringComparison.Ordinal);
        Assert.EndsWith("\n", error, StringComparison.Ordinal);
    }

    private static string Progress(bool isInteractive, int columns)
    {
        using var scratch = new ScratchDirectory();
        using var error = new StringWriter();
        var context = new CommandContext
        {
            Output = TextWriter.Null,
            Error = TextWriter.Synchronized(error),
            IsInteractive = isInteractive,
            ErrorWidth = columns,
            ProgressInterval = TimeSpan.FromMilliseconds(1),
        };
        FuzzApplication.Run(["campaign", "--protocol", "ordered", "--runs", "4096", "--data", scratch.At("data")], context);
        return error.ToString();
    }

    private static CommandResult Campaign(ScratchDirectory scratch, params string[] more) =>
        CommandRunner.Run(["campaign", "--protocol", "tristate", "--jobs", "2", "--data", scratch.At("data"), .. more]);

    private sealed class Watcher(bool stopsWhenSeen) : ICampaignObserver, IDisposable
    {
        private readonly CancellationTokenSource stop = new();

        internal ConcurrentDictionary<long, PendingViolation> Seen { get; } = [];

        internal ConcurrentDictionary<long, PendingViolation> Settled { get; } = [];

        internal List<RawFinding> Found { get; } = [];

        public void Progress(in CampaignProgress progress)
        {
        }

        string ICampaignObserver.Found(RawFinding finding)
        {
            Assert.DoesNotContain(finding.RunIndex, Settled.Keys);
            Found.Add(finding);
            return "";
        }

        void ICampaignObserver.Seen(PendingViolation violation)
        {
            Assert.True(Seen.TryAdd(violation.RunIndex, violation));
            if (stopsWhenSeen)
            {
                stop.Cancel();
            }
        }

        void ICampaignObserver.Settled(PendingViolation violation) =>
            Assert.True(Settled.TryAdd(violation.RunIndex, violation));

        public void Dispose() => stop.Dispose();

        internal CampaignReport Run(long runs)
        {
            var campaign = new Campaign(new CampaignOptions
            {
                Protocols = [ProtocolCatalog.Find("tristate")!],
                Runs = runs,
                Jobs = 2,
                CorpusDirectory = TestCampaign.SeedDirectory,
            });
            return campaign.Run(this, stop.Token);
        }
    }
}
