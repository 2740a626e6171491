// A campaign as reports tell it: what it was told to do, how far it is, and its cases. It is read from the directory alone, so a
// report can be made while the campaign runs, after it was killed, and again a year later; only the list of what is known is
// today's. Equal directories have equal summaries.

using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Store;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Reports;

/// <summary>What reports say of a campaign.</summary>
/// <param name="Path">Its directory.</param>
/// <param name="State">Its state.</param>
/// <param name="Cases">Its cases: new ones first, and then in the order in which they were found.</param>
public sealed record CampaignSummary(string Path, CampaignState State, IReadOnlyList<CampaignCase> Cases)
{
    /// <summary>Names of its protocols.</summary>
    public string Protocols => string.Join(",", State.Options.Protocols.Select(static protocol => protocol.Name));

    /// <summary>Name of its profile.</summary>
    public string Profile => Profiles.NameOf(State.Options.Profile);

    /// <summary>Cases that no list expects.</summary>
    public IEnumerable<CampaignCase> New => Cases.Where(static each => each.IsNew);

    /// <summary>Cases that are expected.</summary>
    public IEnumerable<CampaignCase> Known => Cases.Where(static each => !each.IsNew);

    /// <summary>Reads the directory of a campaign.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="known">What is expected.</param>
    /// <param name="today">Entries that have expired by this day do not count.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="CorpusException">There is no campaign, or a file is damaged; the message names it.</exception>
    public static CampaignSummary Read(string path, KnownFindings known, DateOnly today)
    {
        CampaignState state = CampaignDirectory.ReadState(path);
        var cases = state.Findings.GroupBy(KeyOf).Select(group => CaseOf(path, state, [.. group], known, today));
        return new CampaignSummary(path, state, [.. cases.OrderBy(static each => !each.IsNew)]);
    }

    private static (string Protocol, Cause Cause, string Own) KeyOf(CampaignFindingLine line) =>
        (BareName(line.Protocol), line.Cause, line.Cause.Kind == CauseKind.Unattributed ? line.Folder : "");

    private static CampaignCase CaseOf(
        string path, CampaignState state, CampaignFindingLine[] lines, KnownFindings known, DateOnly today)
    {
        string protocol = BareName(lines[0].Protocol);
        Cause cause = lines[0].Cause;
        bool isCounted = cause.Kind != CauseKind.Unattributed;
        long runs = isCounted ? state.Causes.Where(line => line.Protocol == protocol && line.Cause.Equals(cause)).Sum(RunsOf) : 0;
        string folder = System.IO.Path.Combine(path, "findings", lines[0].Folder);
        return new CampaignCase(
            protocol, cause, known.Find(protocol, cause, today), runs, lines.Length, FindingFacts.Read(folder));
    }

    private static long RunsOf(CampaignCauseLine line) => line.Runs;

    private static string BareName(string protocol) => protocol.Split(RepairCatalog.Separator)[0];
}
