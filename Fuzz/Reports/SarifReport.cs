// Campaigns as SARIF 2.1.0, which code scanning takes: a rule per invariant, and a result per case, not per finding, because an
// alert is what somebody works on. What is new is an error; what is known is a note that is suppressed, with the reason of the
// list. All campaigns are one run: of several with one tool a service keeps the last. It takes 5,000 results, so new ones come
// first, and a notification says how many were left out. The document has no time in it: equal campaigns have equal documents.

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Reports;

/// <summary>Renders campaigns as SARIF.</summary>
public static class SarifReport
{
    /// <summary>Results that services take at most.</summary>
    public const int MaximumResults = 5_000;

    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Renders campaigns.</summary>
    /// <param name="campaigns">The campaigns.</param>
    /// <param name="root">Directory that locations are relative to.</param>
    /// <param name="maximumResults">How many results are written at most.</param>
    /// <returns>The document.</returns>
    public static string Write(IReadOnlyList<CampaignSummary> campaigns, string root, int maximumResults = MaximumResults)
    {
        var all = campaigns.SelectMany(static campaign => campaign.Cases.Select(each => (Campaign: campaign, Case: each)))
            .OrderBy(static each => !each.Case.IsNew).ToList();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json);
            WriteInvocation(json, all.Count - maximumResults);
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            foreach ((CampaignSummary campaign, CampaignCase each) in all.Take(maximumResults))
            {
                WriteResult(json, campaign, each, root);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    private static void WriteTool(Utf8JsonWriter json)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "Managarm.Perf");
        json.WriteString("version", typeof(SarifReport).Assembly.GetName().Version!.ToString(3));
        WriteText(json, "shortDescription", "Searches a model of Managarm for races in the cancelling of POSIX calls.");
        WriteText(
            json, "fullDescription",
            "Searches an executable model of Managarm for scenarios and schedules under which cancelling a POSIX call goes "
            + "wrong. Every result is a scenario with its schedule, shrunk, and replays exactly.");
        json.WriteStartArray("rules");
        for (int i = 1; i < Invariants.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("id", Invariants.NameOf((Invariant)i));
            json.WriteString("name", ((Invariant)i).ToString());
            WriteText(json, "shortDescription", Invariants.SentenceOf((Invariant)i));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteInvocation(Utf8JsonWriter json, int leftOut)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        if (leftOut > 0)
        {
            json.WriteStartArray("toolExecutionNotifications");
            json.WriteStartObject();
            json.WriteString("level", "warning");
            WriteText(json, "message", $"{Plural.Of(leftOut, "result")} left out; the Markdown report counts them all.");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter json, CampaignSummary campaign, CampaignCase each, string root)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", each.Finding.Invariant);
        json.WriteString("level", each.IsNew ? "error" : "note");
        WriteText(json, "message", MessageOf(each));
        WriteLocation(json, LocationOf(each.Finding.ScenarioPath, campaign.Path, root));
        json.WriteStartObject("partialFingerprints");
        json.WriteString("primaryLocationLineHash", Fingerprint.Of(each.Finding.Signature) + ":1");
        json.WriteEndObject();
        if (each.Known is { } known)
        {
            WriteSuppression(json, known.Reason);
        }

        json.WriteStartObject("properties");
        json.WriteString("protocol", each.Protocol);
        json.WriteString("profile", campaign.Profile);
        json.WriteNumber("seed", campaign.State.Options.Seed);
        json.WriteString("cause", each.Cause.ToString());
        json.WriteString("signature", each.Finding.Signature);
        json.WriteString("schedule", each.Finding.Schedule);
        json.WriteNumber("findings", each.Findings);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string MessageOf(CampaignCase each)
    {
        string call = each.Finding.Call.Length == 0 ? "" : $" of {each.Finding.Call}";
        return $"{each.Finding.Invariant}{call} under {each.Finding.Protocol}: {each.Finding.Sentence} "
            + (each.Known is { } known ? $"Cause: {each.Cause}, {known.Reason}." : $"New; cause: {each.Cause}.");
    }

    private static void WriteLocation(Utf8JsonWriter json, string uri)
    {
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", uri);
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", 1);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteSuppression(Utf8JsonWriter json, string reason)
    {
        json.WriteStartArray("suppressions");
        json.WriteStartObject();
        json.WriteString("kind", "external");
        json.WriteString("status", "accepted");
        json.WriteString("justification", reason);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <summary>A path as a relative URI: below the root as seen from there, else as seen from where the campaign lies, so that
    /// no path of one machine stands in a document.</summary>
    private static string LocationOf(string path, string campaign, string root)
    {
        string relative = Path.GetRelativePath(root, path);
        bool isBelow = !Path.IsPathRooted(relative) && !relative.StartsWith("..", StringComparison.Ordinal);
        string above = Path.GetDirectoryName(Path.GetFullPath(campaign)) ?? root;
        string shown = isBelow ? relative : Path.GetRelativePath(above, path);
        return string.Join('/', shown.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString));
    }
}
