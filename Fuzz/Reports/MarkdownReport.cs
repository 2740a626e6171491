// Campaigns as a page for people. The first line says whether it is right. Then come the causes that are new, each with its
// folder and the command that replays it, the campaigns, and what is known, counted. A job summary of a CI service takes 1,024
// KB: what comes last is cut first, at the end of a line, and the last line says how much was.

using System.Globalization;
using System.Text;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Reports;

/// <summary>Renders campaigns as Markdown.</summary>
public static class MarkdownReport
{
    /// <summary>Bytes that a page has at most.</summary>
    public const int MaximumBytes = 1024 * 1024;

    private const int NoticeBytes = 200;

    /// <summary>Renders campaigns.</summary>
    /// <param name="campaigns">The campaigns.</param>
    /// <param name="maximumBytes">Bytes that the page has at most; several hundred.</param>
    /// <returns>The page.</returns>
    public static string Write(IReadOnlyList<CampaignSummary> campaigns, int maximumBytes = MaximumBytes)
    {
        string[] lines = [.. Verdict(campaigns), .. New(campaigns), .. Campaigns(campaigns), .. Known(campaigns)];
        return Cut(lines, maximumBytes);
    }

    private static IEnumerable<string> Verdict(IReadOnlyList<CampaignSummary> campaigns)
    {
        int fresh = campaigns.Sum(static each => each.New.Count());
        string runs = campaigns.Sum(static each => each.State.Totals.Runs).ToString("N0", CultureInfo.InvariantCulture);
        string place = $"in {runs} runs of {Plural.Of(campaigns.Count, "campaign")}";
        yield return fresh == 0 ? $"**Nothing new** {place}." : $"**{Plural.Of(fresh, "new cause")}** {place}.";
        yield return "";
    }

    private static IEnumerable<string> New(IReadOnlyList<CampaignSummary> campaigns)
    {
        foreach (CampaignSummary campaign in campaigns)
        {
            foreach (CampaignCase each in campaign.New)
            {
                string call = each.Finding.Call.Length == 0 ? "" : $" of {each.Finding.Call}";
                yield return $"- {Code($"{each.Finding.Invariant}{call}")} of {each.Protocol} in profile {campaign.Profile} "
                    + $"({each.Cause}): {Code(each.Finding.Folder)}, told by {Code(each.Finding.Replay)}";
            }
        }

        if (campaigns.Any(static each => each.New.Any()))
        {
            yield return "";
        }
    }

    private static IEnumerable<string> Campaigns(IReadOnlyList<CampaignSummary> campaigns)
    {
        yield return "| campaign | protocols | profile | seed | rounds | runs | corpus | new | known |";
        yield return "|---|---|---|---:|---:|---:|---:|---:|---:|";
        foreach (CampaignSummary each in campaigns)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {Cell(each.Path)} | {Cell(each.Protocols)} | {each.Profile} | {each.State.Options.Seed} ")
                + string.Create(
                CultureInfo.InvariantCulture,
                $"| {each.State.Rounds:N0} | {each.State.Totals.Runs:N0} | {each.State.CorpusCount:N0} ")
                + string.Create(CultureInfo.InvariantCulture, $"| {each.New.Count()} | {each.Known.Count()} |");
        }

        yield return "";
    }

    private static IEnumerable<string> Known(IReadOnlyList<CampaignSummary> campaigns)
    {
        var known = campaigns.SelectMany(static each => each.Known)
            .GroupBy(static each => (each.Protocol, Cause: each.Cause.ToString(), each.Known!.Reason)).ToList();
        if (known.Count == 0)
        {
            yield break;
        }

        yield return "| known cause | protocol | campaigns | findings | runs | reason |";
        yield return "|---|---|---:|---:|---:|---|";
        foreach (var group in known)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {Cell(group.Key.Cause)} | {Cell(group.Key.Protocol)} | {group.Count()} ")
                + string.Create(
                CultureInfo.InvariantCulture,
                $"| {group.Sum(static each => each.Findings):N0} | {group.Sum(static each => each.Runs):N0} ")
                + $"| {Cell(group.Key.Reason)} |";
        }
    }

    private static string Cut(string[] lines, int maximumBytes)
    {
        int total = lines.Sum(SizeOf);
        var page = new StringBuilder();
        int size = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            if (total > maximumBytes && size + SizeOf(lines[i]) > maximumBytes - NoticeBytes)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"\n{Plural.Of(lines.Length - i, "line")} cut: a summary has at most {maximumBytes / 1024:N0} KB.\n");
                break;
            }

            page.Append(lines[i]).Append('\n');
            size += SizeOf(lines[i]);
        }

        return page.ToString();
    }

    private static int SizeOf(string line) => Encoding.UTF8.GetByteCount(line) + 1;

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    /// <summary>A text as code: the fence is longer than any run of marks in it, at the ends, too.</summary>
    private static string Code(string text) => text.Contains('`', StringComparison.Ordinal)
        ? $"``` {text.ReplaceLineEndings(" ")} ```"
        : $"`{text.ReplaceLineEndings(" ")}`";
}
