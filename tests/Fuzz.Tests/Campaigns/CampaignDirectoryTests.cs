// Campaigns that last: whatever ends a session, and with however many jobs the next one goes on, the directory comes out the
// same, byte for byte but for its events; and what is wrong with a directory is said in one line and changes nothing.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

/// <summary>Tests of <see cref="CampaignDirectory"/>.</summary>
public sealed class CampaignDirectoryTests
{
    private const long Runs = 3 * 4096;

    private static CampaignOptions Options { get; } = new()
    {
        Protocols = [ProtocolCatalog.Find("ordered")!, ProtocolCatalog.Find("monolithic")!],
        Defects = default(DefectSet).With(Defect.ChildEndMissed),
        Seed = 3,
        Runs = Runs,
        Jobs = 1,
    };

    [Fact]
    public void A_campaign_that_was_ended_at_any_moment_comes_out_the_same()
    {
        using var scratch = new ScratchDirectory();
        Run(scratch.At("whole"), Options, stopAfter: long.MaxValue);
        string expected = Contents(scratch.At("whole"));
        Assert.Contains("campaign.json", expected, StringComparison.Ordinal);

        int sessions = 0;
        var random = new Random(1);
        string path = scratch.At("parts");
        do
        {
            Assert.True(++sessions < 100, "the campaign makes no progress");
            long stopAfter = sessions % 5 == 0 ? long.MaxValue : random.Next(1, 6000);
            Run(path, Options with { Jobs = 1 + (sessions % 2), Runs = Math.Min(Runs, 4096L * (1 + sessions)) }, stopAfter);
        }
        while (CampaignDirectory.ReadState(path).Totals.Runs < Runs);

        Assert.True(sessions > 3, $"{sessions} sessions show nothing");
        Assert.Equal(expected, Contents(path));
    }

    [Fact]
    public void What_a_dying_process_leaves_behind_is_removed()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.At("a");
        Run(path, Options with { Runs = 4096 }, stopAfter: long.MaxValue);
        string before = Contents(path);
        Directory.CreateDirectory(scratch.At("a/findings/half"));
        File.WriteAllText(scratch.At("a/findings/half/trace.txt"), "half");
        Directory.CreateDirectory(scratch.At("a/pending"));
        File.WriteAllText(scratch.At("a/pending/x.scn"), "half");
        File.WriteAllText(scratch.At($"a/corpus/{CampaignDirectory.ReadState(path).CorpusCount:0000}.scn"), "half");
        File.AppendAllText(scratch.At("a/events.ndjson"), "{\"event\": \"rou");
        CampaignDirectory.Open(path).Dispose();
        Assert.Equal(before, Contents(path));

        Run(path, Options with { Runs = 8192 }, stopAfter: long.MaxValue);
        (IReadOnlyList<System.Text.Json.JsonElement> events, int damaged) = CampaignEvents.Read(scratch.At("a/events.ndjson"));
        Assert.Equal(1, damaged);
        Assert.Equal(2, events.Count(each => each.GetProperty("event").GetString() == "began"));
    }

    [Fact]
    public void Two_processes_do_not_work_on_one_campaign()
    {
        using var scratch = new ScratchDirectory();
        using CampaignDirectory held = CampaignDirectory.Create(scratch.At("a"));
        Assert.True(CampaignDirectory.IsHeld(scratch.At("a")));
        string path = scratch.At("a");
        var refused = Assert.Throws<CorpusException>(() => { _ = CampaignDirectory.Create(path); });
        Assert.EndsWith("another process works on this campaign", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "this is no state of a campaign")]
    [InlineData("{}", "this is no state of a campaign")]
    [InlineData("[1]", "this is no state of a campaign")]
    [InlineData("{\"campaign\": 99}", "version 99 of the document")]
    [InlineData("<\"tristate\"|\"nope\">", "there is no protocol 'nope'")]
    [InlineData("<\"managarm\"|\"plan9\">", "there is no profile 'plan9'")]
    [InlineData("<\"features\": \"|\"features\": \"00>", "features, not")]
    [InlineData("<\"runs\": |\"runs\": -1>", "its figures cannot be")]
    [InlineData("<\"modelVersion\": |\"modelVersion\": 9>", "of the model began this campaign")]
    public void A_damaged_state_is_refused_in_one_line(string change, string message)
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.At("a");
        Run(path, Options with { Protocols = [ProtocolCatalog.Find("tristate")!], Runs = 1 }, stopAfter: 0);
        string file = scratch.At("a/campaign.json");
        string[] parts = change.Trim('<', '>').Split('|');
        File.WriteAllText(
            file, change.StartsWith('<') ? File.ReadAllText(file).Replace(parts[0], parts[1], StringComparison.Ordinal) : change);
        string damaged = File.ReadAllText(file);

        CommandResult result = CommandRunner.Run("campaign", "--resume", path, "--runs", "1");
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.StartsWith("--resume: " + path, result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Equal(damaged, File.ReadAllText(file));
    }

    [Fact]
    public void A_missing_scenario_is_named()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.At("a");
        Run(path, Options with { Runs = 4096 }, stopAfter: long.MaxValue);
        File.Delete(scratch.At("a/corpus/0001.scn"));
        CommandResult result = CommandRunner.Run("campaign", "--resume", path, "--runs", "9999");
        Assert.NotEqual(CommandExit.Clean, result.ExitCode);
        Assert.Contains("0001.scn", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_campaign_is_begun_told_of_listed_and_resumed_by_commands()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.At("night");
        string[] begin =
            ["campaign", "--dir", path, "--protocol", "ordered-old-files", "--steps", "1", "--jobs", "1", "--corpus", "empty"];
        CommandResult first = CommandRunner.Run(begin);
        Assert.Contains("4,096 runs", first.Output, StringComparison.Ordinal);
        CommandResult again = CommandRunner.Run(begin);
        Assert.Equal(CommandExit.BadInput, again.ExitCode);
        Assert.Contains("there is a campaign already", again.Error, StringComparison.Ordinal);

        CommandResult more = CommandRunner.Run("campaign", "--resume", path, "--runs", "5000");
        Assert.Contains("8,192 runs", more.Output, StringComparison.Ordinal);
        Assert.Equal(first.ExitCode | more.ExitCode, more.ExitCode);
        CommandResult status = CommandRunner.Run("campaign", "status", path);
        Assert.Contains("2 rounds, 8,192 runs", status.Output, StringComparison.Ordinal);
        Assert.Contains("of 2 sessions", status.Output, StringComparison.Ordinal);
        CommandResult list = CommandRunner.Run("campaign", "list", scratch.Location);
        Assert.Contains(path, list.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 campaign\n", list.Output, StringComparison.Ordinal);
    }

    private static void Run(string path, CampaignOptions options, long stopAfter)
    {
        using CampaignDirectory directory =
            File.Exists(Path.Combine(path, "campaign.json")) ? CampaignDirectory.Open(path) : CampaignDirectory.Create(path);
        CampaignOptions own = directory.State?.Options ?? options;
        var campaign = new Campaign(own with { Runs = options.Runs, Jobs = options.Jobs }, directory);
        using var watcher = new Watcher(directory, stopAfter);
        campaign.Run(watcher, watcher.Stop.Token);
    }

    /// <summary>All files but the events, with their names; an empty folder is none.</summary>
    private static string Contents(string path) => string.Join('\n', Directory
        .EnumerateFiles(path, "*", SearchOption.AllDirectories)
        .Where(static file => Path.GetFileName(file) is not CampaignEvents.Name)
        .Order(StringComparer.Ordinal)
        .Select(file => $"{Path.GetRelativePath(path, file)}:\n{File.ReadAllText(file)}"));

    /// <summary>Writes findings and ends the campaign after so many runs of the session.</summary>
    private sealed class Watcher(CampaignDirectory directory, long stopAfter) : ICampaignObserver, IDisposable
    {
        private readonly long begun = directory.State?.Totals.Runs ?? 0;

        internal CancellationTokenSource Stop { get; } = new();

        public void Progress(in CampaignProgress progress)
        {
            if (progress.Runs - begun >= stopAfter)
            {
                Stop.Cancel();
            }
        }

        public string Found(RawFinding finding) =>
            Path.GetFileName(FindingWriter.Write(directory.FindingsFolder, finding, isTimeless: true).Path);

        public void Dispose() => Stop.Dispose();
    }
}
