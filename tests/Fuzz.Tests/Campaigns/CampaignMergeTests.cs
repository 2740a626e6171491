// The parts of a campaign as one: nothing of any part is lost, the order in which they are named does not matter, the whole can
// be gone on with, and what are no parts of one campaign is refused in one line with nothing written.

using System.Text;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Store;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

/// <summary>Tests of <see cref="CampaignMerge"/>.</summary>
public sealed class CampaignMergeTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Nothing_of_any_part_is_lost_and_the_whole_goes_on()
    {
        string first = Make("1/2", "8192");
        string second = Make("2/2", "4096");
        Assert.Equal(CommandExit.Clean, Merge("ab", first, second).ExitCode);
        Assert.Equal(CommandExit.Clean, Merge("ba", second, first).ExitCode);
        Assert.Equal(Contents("ab"), Contents("ba"));

        CampaignState[] parts = [CampaignDirectory.ReadState(first), CampaignDirectory.ReadState(second)];
        var whole = CampaignDirectory.ReadState(scratch.At("ab"));
        Assert.Equal((3, 3 * 4096L, 2 * 8192L), (whole.Rounds, whole.Totals.Runs, whole.NextRun));
        Assert.Equal(parts.Sum(static part => part.ViolationCount()), whole.ViolationCount());
        Assert.Equal(parts.Sum(static part => part.Totals.Steps), whole.Totals.Steps);
        Assert.Equal(parts[0].Features.Zip(parts[1].Features, static (left, right) => left | right), whole.Features);
        string[] signatures = SignaturesIn(parts);
        Assert.NotEmpty(signatures);
        Assert.Equal(signatures, SignaturesIn([whole]));
        Assert.Equal(signatures.Length, whole.Findings.Count);
        Assert.All(whole.Findings, line => Assert.True(File.Exists(scratch.At($"ab/findings/{line.Folder}/finding.json"))));
        Assert.True(whole.CorpusCount > parts.Max(static part => part.CorpusCount), "one part's corpus is in the other's");

        CommandResult more = CommandRunner.Run("campaign", "--resume", scratch.At("ab"), "--runs", "12289", "--jobs", "1");
        Assert.Contains("16,384 runs", more.Output, StringComparison.Ordinal);
        var after = CampaignDirectory.ReadState(scratch.At("ab"));
        Assert.Equal((4, (2 * 8192L) + 4096), (after.Rounds, after.NextRun));
    }

    [Fact]
    public void Every_part_has_all_protocols_and_its_share_of_repaired_runs()
    {
        // With one part in two of a campaign over two protocols, the parity of a run decides nothing.
        foreach (string shard in (string[])["1/2", "2/2"])
        {
            string path = scratch.At($"share-{shard[0]}");
            CommandRunner.Run(
                "campaign", "--dir", path, "--shard", shard, "--steps", "1", "--jobs", "1", "--corpus", "empty",
                "--protocol", $"{AllRepairedBut("tristate", "exec")},{AllRepairedBut("lane-cancel", "exec")}",
                "--defect", "fork-forgets-mask");
            var state = CampaignDirectory.ReadState(path);
            string[] planted = [.. state.Findings.Where(static line => line.Cause.Kind == CauseKind.Defect)
                .Select(static line => line.Signature.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal)];
            Assert.Equal(4, planted.Length);
            Assert.Equal(2, planted.Count(static name => name.EndsWith("+exec", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_part_that_is_missing_is_named()
    {
        CommandResult result = Merge("some", Make("3/3", "1"), Make("1/3", "1"));
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.EndsWith("not there: part 2\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_are_no_parts_of_one_campaign_is_refused()
    {
        string part = Make("1/2", "1");
        Refused("part 1 is given twice", part, part);
        Refused("this campaign is no part of one", Make("1/1", "1"), part);
        Refused("this is no part of the same campaign", part, Make("2/2", "1", "--seed", "9"));
        Refused("this is no part of the same campaign", part, Make("2/3", "1"));
        Refused("there is no campaign here", part, scratch.At("nowhere"));
        using CampaignDirectory held = CampaignDirectory.Open(part);
        Refused("a process works on this campaign", part, Make("2/2", "1"));
    }

    [Fact]
    public void A_finding_that_is_missing_leaves_nothing_at_the_place()
    {
        string first = Make("1/2", "4096");
        CampaignState state = CampaignDirectory.ReadState(first);
        Directory.Delete(Path.Combine(first, CampaignDirectory.FindingsName, state.Findings[0].Folder), recursive: true);
        Refused("a finding is missing", first, Make("2/2", "1"));
    }

    /// <summary>A protocol with one window, so that little is to be shrunk.</summary>
    private static string AllRepairedBut(string protocol, string window)
    {
        Repairs windows = ProtocolCatalog.Find(protocol)!.Windows;
        var name = new StringBuilder(protocol);
        foreach (NamedRepair each in RepairCatalog.Entries)
        {
            name.Append((each.Repairs & windows) != 0 && each.Name != window ? $"+{each.Name}" : "");
        }

        return name.ToString();
    }

    private string Make(string shard, string runs, params string[] more)
    {
        string path = scratch.At($"part-{shard.Replace('/', '-')}{string.Join("", more)}");
        if (!Directory.Exists(path))
        {
            CommandRunner.Run(
            [
                "campaign", "--dir", path, "--shard", shard, "--runs", runs, "--jobs", "1", "--corpus", "empty",
                "--protocol", "ordered", "--defect", "fork-forgets-mask", .. more,
            ]);
        }

        return path;
    }

    private static string[] SignaturesIn(CampaignState[] states) =>
    [
        .. states.SelectMany(static each => each.Findings).Select(static line => line.Signature).Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private CommandResult Merge(string place, params string[] parts) =>
        CommandRunner.Run(["campaign", "merge", .. parts, "-o", scratch.At(place)]);

    private void Refused(string message, params string[] parts)
    {
        CommandResult result = Merge("refused", parts);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(scratch.At("refused")));
    }

    private string Contents(string place) => string.Join('\n', Directory
        .EnumerateFiles(scratch.At(place), "*", SearchOption.AllDirectories)
        .Where(static file => Path.GetFileName(file) != CampaignEvents.Name).Order(StringComparer.Ordinal)
        .Select(file => $"{Path.GetRelativePath(scratch.At(place), file)}:\n{File.ReadAllText(file)}"));
}
