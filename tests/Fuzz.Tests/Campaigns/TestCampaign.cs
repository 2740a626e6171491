// Runs a campaign for a test: from the seeds of the repository, in process, with the repository's list of known findings.

using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz.Tests;

/// <summary>A campaign without a command line.</summary>
internal sealed class TestCampaign : ICampaignObserver
{
    private static readonly DateOnly AnyDayBeforeExpiry = new(2026, 12, 1);

    private TestCampaign()
    {
    }

    internal static string SeedDirectory => Path.Combine(RepositoryRoot.Path, "Corpus", "seeds");

    internal static KnownFindings Known { get; } = LoadKnown();

    public void Progress(in CampaignProgress progress)
    {
    }

    public void Found(RawFinding finding)
    {
    }

    internal static CampaignReport Run(
        string protocol, long runs, ulong seed, int jobs, string? corpus, DefectSet defects, Profile profile = Profile.Managarm)
    {
        var campaign = new Campaign(new CampaignOptions
        {
            Protocols = [ProtocolCatalog.Find(protocol)!],
            Profile = profile,
            Runs = runs,
            Seed = seed,
            Jobs = jobs,
            CorpusDirectory = corpus,
            Defects = defects,
        });
        return campaign.Run(new TestCampaign(), CancellationToken.None);
    }

    internal static string[] NewSignatures(CampaignReport report) =>
        [.. report.Findings.Select(f => f.Signature).Where(s => Known.Find(s, AnyDayBeforeExpiry) is null)];

    private static KnownFindings LoadKnown()
    {
        string path = Path.Combine(RepositoryRoot.Path, "Corpus", "known-findings.txt");
        bool parsed = KnownFindings.TryParse(path, File.ReadAllText(path), out KnownFindings known, out string error);
        Assert.True(parsed, error);
        return known;
    }
}
