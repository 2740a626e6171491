// Watches a campaign for the user: writes every finding at once, explains each new one and the first of each known kind,
// and keeps a line of figures. In a terminal the line is rewritten in place; elsewhere a plain line comes now and then, so
// that logs stay short.

using System.Globalization;
using Spectre.Console;

namespace Managarm.Perf.Fuzz;

/// <summary>Reports a campaign while it runs.</summary>
internal sealed class CampaignObserver : ICampaignObserver
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly CommandContext context;
    private readonly CampaignOptions options;
    private readonly string directory;
    private readonly bool printsDigests;
    private readonly IAnsiConsole? console;
    private TimeSpan nextLine;
    private bool hasLiveLine;

    /// <summary>Makes an observer.</summary>
    /// <param name="context">Where the command runs.</param>
    /// <param name="options">Settings of the campaign.</param>
    /// <param name="directory">Directory of finding folders.</param>
    /// <param name="printsDigests">Whether new findings are explained on standard output.</param>
    internal CampaignObserver(CommandContext context, CampaignOptions options, string directory, bool printsDigests)
    {
        this.context = context;
        this.options = options;
        this.directory = directory;
        this.printsDigests = printsDigests;
        nextLine = context.IsInteractive ? TimeSpan.Zero : PlainInterval;
        console = context.IsInteractive
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Error) })
            : null;
    }

    /// <summary>Findings so far.</summary>
    internal List<CampaignFinding> Found { get; } = [];

    /// <summary>How many of them are not listed as known.</summary>
    internal int NewCount => Found.Count(each => each.Known is null);

    /// <summary>Figures in one line.</summary>
    /// <param name="progress">The figures.</param>
    internal static string Describe(in CampaignProgress progress)
    {
        double seconds = Math.Max(progress.Elapsed.TotalSeconds, 0.001);
        double share = progress.Runs == 0 ? 0 : 100.0 * progress.RunsWithSignalInCall / progress.Runs;
        return string.Create(CultureInfo.InvariantCulture,
            $"{progress.Elapsed.TotalSeconds:0.0} s  {progress.Runs:N0} runs ({progress.Runs / seconds:N0}/s)  ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{progress.Calls:N0} calls  {progress.Steps:N0} steps  {progress.Decisions:N0} decisions  ")
            + string.Create(CultureInfo.InvariantCulture,
            $"signal in a call: {share:0} %  corpus {progress.CorpusCount:N0}  findings {progress.Findings}");
    }

    /// <inheritdoc/>
    public void Progress(in CampaignProgress progress)
    {
        if (progress.Elapsed < nextLine)
        {
            return;
        }

        if (console is null)
        {
            nextLine = progress.Elapsed + PlainInterval;
            context.Error.WriteLine(Describe(progress));
            return;
        }

        nextLine = progress.Elapsed + LiveInterval;
        EraseLine();
        string line = Describe(progress);
        console.Write(new Text(line.Length < console.Profile.Width ? line : line[..(console.Profile.Width - 1)]));
        hasLiveLine = true;
    }

    /// <inheritdoc/>
    void ICampaignObserver.Found(RawFinding finding)
    {
        FindingFolder folder = FindingWriter.Write(directory, finding);
        KnownFinding? known = options.Known.Find(finding.Signature, DateOnly.FromDateTime(DateTime.UtcNow));
        bool isFirst = known is null || !Found.Exists(each => each.Known == known);
        Found.Add(new CampaignFinding(finding, folder.Path, folder.Story, known));
        if (!printsDigests || !isFirst)
        {
            return;
        }

        EraseLine();
        if (known is not null)
        {
            context.Output.WriteLine($"Known ({known.Reason}; accepted until {known.Expires:yyyy-MM-dd}):");
        }

        if (!finding.Defects.IsEmpty)
        {
            context.Output.WriteLine("With planted defects " + string.Join(", ", DefectNames.List(finding.Defects)) + ":");
        }

        foreach (string line in Digest.Write(folder.Story, finding.Scenario.Schedule.ToString()))
        {
            context.Output.WriteLine(line);
        }

        context.Output.WriteLine($"  more in {folder.Path}: chart.svg, trace.txt, confirm.md");
        context.Output.WriteLine();
        context.Output.Flush();
    }

    /// <summary>Ends the live line.</summary>
    internal void Finish() => EraseLine();

    /// <summary>Says that a signal was heard, at once and from any thread: the step in hand may take a while.</summary>
    internal void AcknowledgeStop()
    {
        string erase = context.IsInteractive ? "\r\u001b[2K" : "";
        context.Error.WriteLine(erase + "interrupted, finishing the current step ...");
    }

    private void EraseLine()
    {
        if (hasLiveLine)
        {
            console!.Write(new ControlCode("\r\u001b[2K"));
            hasLiveLine = false;
        }
    }
}

/// <summary>A finding that was written.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Story">Its story.</param>
/// <param name="Known">Why it is expected, or null when it is new.</param>
internal sealed record CampaignFinding(RawFinding Finding, string Folder, Story Story, KnownFinding? Known);
