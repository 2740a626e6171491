// Watches a campaign for the user: writes every violation when it is seen and every finding when it is shrunk, explains each
// new one, names the first of each known reason in a line, and says what the campaign is doing. What is known is not told at
// length: it would hide what is new.

using System.Globalization;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Commands.Campaigns;

/// <summary>Reports a campaign while it runs.</summary>
internal sealed class CampaignObserver : ICampaignObserver
{
    private readonly CommandContext context;
    private readonly CampaignOptions options;
    private readonly string directory;
    private readonly bool printsDigests;
    private readonly bool isTimeless;
    private readonly PendingFolder pending;
    private int shrunkBefore;
    private TimeSpan shrunkAt;

    /// <summary>Makes an observer.</summary>
    /// <param name="context">Where the command runs.</param>
    /// <param name="options">Settings of the campaign.</param>
    /// <param name="directory">Directory of finding folders.</param>
    /// <param name="pending">Directory of what is not shrunk yet.</param>
    /// <param name="printsDigests">Whether findings are told on standard output.</param>
    /// <param name="isTimeless">Whether their documents say nothing of time and machine.</param>
    internal CampaignObserver(
        CommandContext context, CampaignOptions options, string directory, string pending, bool printsDigests, bool isTimeless)
    {
        this.isTimeless = isTimeless;
        this.context = context;
        this.options = options;
        this.directory = directory;
        this.printsDigests = printsDigests;
        this.pending = new PendingFolder(pending, options);
    }

    /// <summary>Findings so far.</summary>
    internal List<CampaignFinding> Found { get; } = [];

    /// <summary>How many of them are not listed as known.</summary>
    internal int NewCount => Found.Count(each => each.Known is null);

    /// <summary>Findings of earlier sessions of the campaign.</summary>
    internal IReadOnlyList<CampaignFindingLine> Remembered { get; private set; } = [];

    /// <summary>How many of them are not listed as known.</summary>
    internal int RememberedNewCount => Remembered.Count(each => KnownReasonOf(each.Protocol, each.Cause) is null);

    /// <summary>Figures in one line.</summary>
    /// <param name="progress">The figures.</param>
    internal static string Describe(in CampaignProgress progress)
    {
        double rate = RateOf(progress);
        double share = progress.Runs == 0 ? 0 : 100.0 * progress.RunsWithSignalInCall / progress.Runs;
        return string.Create(CultureInfo.InvariantCulture,
            $"{progress.Elapsed.TotalSeconds:0.0} s  {progress.Runs:N0} runs ({rate:N0}/s)  ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{progress.Calls:N0} calls  {progress.Steps:N0} steps  {progress.Decisions:N0} decisions  ")
            + string.Create(CultureInfo.InvariantCulture,
            $"signal in a call: {share:0} %  corpus {progress.CorpusCount:N0}  findings {progress.Findings}");
    }

    /// <summary>Takes over what a campaign has found in earlier sessions.</summary>
    /// <param name="state">Its state, or null when it begins.</param>
    internal void Remember(CampaignState? state) => Remembered = state?.Findings ?? [];

    /// <inheritdoc/>
    public void Progress(in CampaignProgress progress)
    {
        int shrinking = Math.Min(progress.Shrunk + 1, progress.Shrinking);
        if (progress.Shrunk != shrunkBefore || progress.Shrinking == 0)
        {
            shrunkBefore = progress.Shrunk;
            shrunkAt = progress.Elapsed;
        }

        // One can take minutes: for how long already shows that something happens.
        double since = (progress.Elapsed - shrunkAt).TotalSeconds;
        string activity = progress.Shrinking == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"shrinking {shrinking} of {progress.Shrinking} for {since:0} s  ");
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture,
            $"{activity}{progress.Runs:N0} runs  {progress.Findings} found  ")
            + string.Create(CultureInfo.InvariantCulture, $"{RateOf(progress):N0}/s  corpus {progress.CorpusCount:N0}"));
    }

    /// <inheritdoc/>
    public void Seen(PendingViolation violation) => pending.Add(violation);

    /// <inheritdoc/>
    public void Settled(PendingViolation violation) => pending.Remove(violation);

    /// <inheritdoc/>
    string ICampaignObserver.Found(RawFinding finding)
    {
        FindingFolder folder = FindingWriter.Write(directory, finding, isTimeless);
        KnownFinding? known = KnownReasonOf(finding);
        bool isFirst = !Found.Exists(each => each.IsLike(finding));
        Found.Add(new CampaignFinding(finding, folder.Path, folder.Story, known));
        if (printsDigests && isFirst)
        {
            Tell(finding, folder, known);
        }

        return Path.GetFileName(folder.Path);
    }

    /// <summary>Runs of this session per second.</summary>
    private static double RateOf(in CampaignProgress progress) =>
        (progress.Runs - progress.RunsBefore) / Math.Max(progress.Elapsed.TotalSeconds, 0.001);

    private KnownFinding? KnownReasonOf(RawFinding finding) =>
        KnownReasonOf(finding.Protocol.Origin.Name, finding.Cause ?? Cause.Unattributed);

    /// <summary>Why a cause is expected, or null when it is new.</summary>
    /// <param name="protocol">Name of the protocol.</param>
    /// <param name="cause">The cause.</param>
    internal KnownFinding? KnownReasonOf(string protocol, Cause cause) =>
        options.Known.Find(protocol, cause, DateOnly.FromDateTime(DateTime.UtcNow));

    private void Tell(RawFinding finding, FindingFolder folder, KnownFinding? known)
    {
        if (known is not null)
        {
            context.Output.WriteLine($"known: {folder.Path}");
            context.Output.WriteLine($"  {finding.Cause}: {known.Reason} (accepted until {known.Expires:yyyy-MM-dd})");
            return;
        }

        if (!finding.Defects.IsEmpty)
        {
            context.Output.WriteLine("With planted defects " + string.Join(", ", DefectNames.List(finding.Defects)) + ":");
        }

        foreach (string text in Digest.Write(folder.Story, finding.File.Schedule.ToString()))
        {
            context.Output.WriteLine(text);
        }

        if (finding.ShowsUnrepaired is { } isShown)
        {
            string name = finding.Protocol.Origin.Name;
            context.Output.WriteLine($"  found with all windows repaired; {name} as it is {(isShown ? "shows" : "hides")} it");
        }

        context.Output.WriteLine($"  more in {folder.Path}: chart.svg, trace.txt, confirm.md");
        context.Output.WriteLine();
        context.Output.Flush();
    }

    /// <summary>Says that a signal was heard, at once and from any thread.</summary>
    internal void AcknowledgeStop() => context.Progress.Aside(
        () => context.Error.WriteLine("interrupted, finishing the current step ..."));
}

/// <summary>A finding that was written.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Story">Its story.</param>
/// <param name="Known">Why it is expected, or null when it is new.</param>
internal sealed record CampaignFinding(RawFinding Finding, string Folder, Story Story, KnownFinding? Known)
{
    /// <summary>Whether another finding is told by this one's story: it has the same cause, and where nobody has named that, it
    /// violates the same for the same class of call.</summary>
    /// <param name="other">The other finding.</param>
    internal bool IsLike(RawFinding other) => Equals(Finding.Cause, other.Cause)
        && Finding.Protocol.Origin == other.Protocol.Origin
        && (Finding.Cause!.Kind != CauseKind.Unattributed || Finding.Violation.IsSameKind(other.Violation));
}
