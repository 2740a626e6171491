// The JSON document of a campaign. What follows from the options stands first and is equal for equal campaigns; what
// depends on the machine and the clock stands in the object "volatile".

using System.Text.Json;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Commands.Campaigns;

/// <summary>Writes a campaign as JSON.</summary>
internal static class CampaignDocument
{
    internal static void Write(
        TextWriter output, CampaignOptions options, CampaignReport report, IReadOnlyList<CampaignFinding> findings,
        bool isInterrupted)
    {
        using var document = new JsonDocumentWriter(output, "campaign");
        Utf8JsonWriter json = document.Json;
        json.WriteString("profile", Profiles.NameOf(options.Profile));
        json.WriteStartArray("protocols");
        foreach (IProtocol protocol in options.Protocols)
        {
            json.WriteStringValue(protocol.Name);
        }

        json.WriteEndArray();
        json.WriteNumber("seed", options.Seed);
        json.WriteString("shard", $"{options.Shard.Index + 1}/{options.Shard.Count}");
        json.WriteNumber("repairedPercent", options.RepairedPercent);
        json.WriteString("judged", options.JudgesAllCalls ? "all" : "wired");
        WriteTotals(json, report.Totals);
        json.WriteNumber("newFindings", findings.Count(each => each.Known is null));
        json.WriteNumber("leftOut", report.LeftOut);
        CampaignCauseLine.WriteAll(json, report.Causes);
        json.WriteStartArray("findings");
        foreach (CampaignFinding each in findings)
        {
            json.WriteStartObject();
            FindingDocument.WriteStable(json, each.Finding, each.Story);
            json.WriteString("known", each.Known?.Reason ?? "");
            json.WriteString("folder", Path.GetFileName(each.Folder));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("volatile");
        json.WriteNumber("elapsedSeconds", Math.Round(report.Totals.Elapsed.TotalSeconds, 3));
        json.WriteNumber("jobs", options.Jobs);
        json.WriteBoolean("interrupted", isInterrupted);
        json.WriteNumber("notShrunk", report.Unshrunk.Count);
        json.WriteNumber("notShrunkOfNewKind", report.Unshrunk.Count(each => each.IsFirstOfItsKind));
        json.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter json, in CampaignProgress totals)
    {
        json.WriteStartObject("totals");
        json.WriteNumber("runs", totals.Runs);
        json.WriteNumber("calls", totals.Calls);
        json.WriteNumber("steps", totals.Steps);
        json.WriteNumber("decisions", totals.Decisions);
        json.WriteNumber("runsWithSignalInCall", totals.RunsWithSignalInCall);
        json.WriteNumber("corpus", totals.CorpusCount);
        json.WriteEndObject();
    }
}
