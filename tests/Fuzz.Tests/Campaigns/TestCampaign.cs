// Runs a campaign for a test: from the seeds of the repository, in process, with the repository's list of known findings.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

/// <summary>A campaign without a command line.</summary>
internal sealed class TestCampaign : ICampaignObserver, IDisposable
{
    private static readonly DateOnly AnyDayBeforeExpiry = new(2026, 12, 1);

    private readonly CancellationTokenSource stop = new();
    private readonly Predicate<RawFinding>? stopsWhen;

    private TestCampaign(Predicate<RawFinding>? stopsWhen)
    {
        this.stopsWhen = stopsWhen;
    }

    internal static string SeedDirectory => Path.Combine(RepositoryRoot.Path, "Corpus", "seeds");

    internal static KnownFindings Known { get; } = LoadKnown();

    public void Progress(in CampaignProgress progress)
    {
    }

    public string Found(RawFinding finding)
    {
        if (stopsWhen is not null && stopsWhen(finding))
        {
            stop.Cancel();
        }

        return "";
    }

    public void Dispose() => stop.Dispose();

    /// <summary>Whether a campaign finds something new within a number of runs; it ends when it does.</summary>
    internal static bool FindsNew(string protocol, long runs, DefectSet defects) =>
        Run(protocol, runs, 1, 2, SeedDirectory, defects, stopsWhen: IsNew).Findings.Any(IsNew);

    /// <summary>A campaign of at most so many runs, which ends at the first finding that it was asked for.</summary>
    internal static CampaignReport Run(
        string protocol, long runs, ulong seed, int jobs, string? corpus, DefectSet defects, Profile profile = Profile.Managarm,
        Predicate<RawFinding>? stopsWhen = null, (int Index, int Count)? shard = null)
    {
        var campaign = new Campaign(new CampaignOptions
        {
            Protocols = [ProtocolCatalog.Find(protocol)!],
            Profile = profile,
            Runs = runs,
            Seed = seed,
            Jobs = jobs,
            Shard = shard ?? (0, 1),
            CorpusDirectory = corpus,
            Defects = defects,
        });
        using var observer = new TestCampaign(stopsWhen);
        return campaign.Run(observer, observer.stop.Token);
    }

    internal static string[] NewSignatures(CampaignReport report) =>
        [.. report.Findings.Where(IsNew).Select(static finding => $"{finding.Cause}: {finding.Signature}")];

    private static bool IsNew(RawFinding finding) =>
        Known.Find(finding.Protocol.Origin.Name, finding.Cause!, AnyDayBeforeExpiry) is null;

    private static KnownFindings LoadKnown()
    {
        string path = Path.Combine(RepositoryRoot.Path, "Corpus", "known-findings.txt");
        bool parsed = KnownFindings.TryParse(path, File.ReadAllText(path), out KnownFindings known, out string error);
        Assert.True(parsed, error);
        return known;
    }
}
