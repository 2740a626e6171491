// `campaign report`: what campaigns have found, for people (Markdown), for code scanning (SARIF) and for dashboards of CI
// (JUnit). Everything is read before anything is written, and each file is there whole or as it was; the exit code is that of a
// campaign, and something new does not keep the reports from being written.

using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Reports;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Campaigns;

/// <summary>Reports campaigns.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class CampaignReportMode(CommandContext context)
{
    /// <summary>Makes reports.</summary>
    /// <param name="paths">Directories with campaigns in them or below.</param>
    /// <param name="sarif">File for SARIF, or null.</param>
    /// <param name="junit">File for JUnit XML, or null.</param>
    /// <param name="markdown">File for Markdown, or null; without any file it is printed.</param>
    /// <returns>Exit code.</returns>
    internal int Run(IReadOnlyList<string> paths, string? sarif, string? junit, string? markdown)
    {
        KnownFindings known = CorpusLocation.LoadKnown();
        IReadOnlyList<CampaignSummary> campaigns =
            [.. paths.SelectMany(FindIn).Distinct(StringComparer.Ordinal).Select(path => Read(path, known))];
        WriteFile("--sarif", sarif, () => SarifReport.Write(campaigns, Directory.GetCurrentDirectory()));
        WriteFile("--junit", junit, () => JUnitReport.Write(campaigns));
        WriteFile("--markdown", markdown, () => MarkdownReport.Write(campaigns));
        if (sarif is null && junit is null && markdown is null)
        {
            context.Output.Write(MarkdownReport.Write(campaigns));
        }

        return campaigns.Any(static each => each.New.Any()) ? CommandExit.Findings : CommandExit.Clean;
    }

    private static IReadOnlyList<string> FindIn(string path)
    {
        IReadOnlyList<string> found = CampaignStatusMode.FindIn(path);
        return found.Count > 0 ? found : throw CommandException.BadInput("DIR", $"{path}: no campaign in it or below");
    }

    private static CampaignSummary Read(string path, KnownFindings known)
    {
        try
        {
            return CampaignSummary.Read(path, known, DateOnly.FromDateTime(DateTime.UtcNow));
        }
        catch (CorpusException refused)
        {
            throw CommandException.BadInput("DIR", refused.Message);
        }
    }

    private static void WriteFile(string option, string? path, Func<string> render)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            string? above = Path.GetDirectoryName(path);
            if (!string.IsNullOrEmpty(above))
            {
                Directory.CreateDirectory(above);
            }

            AtomicFile.Write(path, render());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandException.Environment($"{option}: {path}: {failure.Message.TrimEnd('.')}");
        }
    }
}
