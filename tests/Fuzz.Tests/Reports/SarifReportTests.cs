// SARIF is judged by schemas and not by us: by the part of the standard that reports use, which lies beside this file and refuses
// what it does not name, and by the standard's own schema where somebody has it. The latter is not ours and not in the tree;
// MANAGARM_PERF_SARIF_SCHEMA names a copy. A document that is broken on purpose shows that the judges judge.

using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Managarm.Perf.Fuzz.Reports;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Tests.Reports;

/// <summary>Tests of <see cref="SarifReport"/>.</summary>
public sealed class SarifReportTests
{
    private const string OfficialSchema = "MANAGARM_PERF_SARIF_SCHEMA";

    private static readonly Lazy<JsonSchema> Part = new(() => JsonSchema.FromText(File.ReadAllText(
        Path.Combine(RepositoryRoot.Path, "tests", "Fuzz.Tests", "Reports", "sarif-part.schema.json"))));

    // The standard's schema is of draft 4, which the library does not read; nothing that it uses has another meaning in draft 7.
    private static readonly Lazy<JsonSchema> Official = new(() => JsonSchema.FromText(
        File.ReadAllText(Environment.GetEnvironmentVariable(OfficialSchema)!)
            .Replace("draft-04/schema#", "draft-07/schema#", StringComparison.Ordinal)));

    private static string Here => Directory.GetCurrentDirectory();

    private static string Document { get; } = SarifReport.Write(
        [ReportedCampaigns.Of(ReportedCampaigns.New, ReportedCampaigns.Known), ReportedCampaigns.Of()], Here);

    [Fact]
    public void A_report_is_what_the_standard_says()
    {
        Assert.True(IsValid(Part.Value, Document));
        CampaignSummary fresh = ReportedCampaigns.Of(ReportedCampaigns.New);
        Assert.True(IsValid(Part.Value, SarifReport.Write([fresh], Here, maximumResults: 0)));
        Assert.True(IsValid(Part.Value, SarifReport.Write([ReportedCampaigns.Of()], Here)));
    }

    [Fact]
    public void A_report_is_valid_by_the_schema_of_the_standard()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable(OfficialSchema) is { Length: > 0 }, $"{OfficialSchema} names no schema");
        Assert.True(IsValid(Official.Value, Document));
        foreach (string broken in BrokenDocuments())
        {
            Assert.False(IsValid(Official.Value, broken), broken);
        }
    }

    [Fact]
    public void A_broken_report_is_refused()
    {
        string[] broken = [.. BrokenDocuments()];
        Assert.Equal(7, broken.Length);
        foreach (string document in broken)
        {
            Assert.False(IsValid(Part.Value, document), document);
        }
    }

    [Fact]
    public void What_is_new_is_an_error_and_what_is_known_a_suppressed_note()
    {
        using var document = JsonDocument.Parse(Document);
        JsonElement[] results = [.. ResultsOf(document)];
        Assert.Equal(["error", "note"], results.Select(static each => each.GetProperty("level").GetString()));
        Assert.False(results[0].TryGetProperty("suppressions", out _));
        JsonElement suppression = Assert.Single(results[1].GetProperty("suppressions").EnumerateArray());
        Assert.Equal("external", suppression.GetProperty("kind").GetString());
        Assert.Equal("a | reason", suppression.GetProperty("justification").GetString());
    }

    [Fact]
    public void Every_invariant_is_a_rule()
    {
        using var document = JsonDocument.Parse(Document);
        JsonElement rules = Run(document).GetProperty("tool").GetProperty("driver").GetProperty("rules");
        Assert.Equal(Invariants.Count - 1, rules.GetArrayLength());
        Assert.Contains(
            Invariants.SentenceOf(Invariant.Liveness),
            rules.EnumerateArray().Select(static rule => rule.GetProperty("shortDescription").GetProperty("text").GetString()));
    }

    [Fact]
    public void Of_too_many_results_the_new_ones_stay_and_the_rest_is_counted()
    {
        CampaignSummary old = ReportedCampaigns.Of(ReportedCampaigns.Known, ReportedCampaigns.Known);
        CampaignSummary fresh = ReportedCampaigns.Of(ReportedCampaigns.New);
        using var document = JsonDocument.Parse(SarifReport.Write([old, fresh], Here, maximumResults: 1));
        Assert.Equal("error", Assert.Single(ResultsOf(document)).GetProperty("level").GetString());
        string text = Run(document).GetProperty("invocations").ToString();
        Assert.Contains("2 results left out", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_signatures_have_equal_fingerprints_and_locations_are_relative()
    {
        using var document = JsonDocument.Parse(Document);
        JsonElement[] results = [.. ResultsOf(document)];
        Assert.Equal(
            results[0].GetProperty("partialFingerprints").ToString(), results[1].GetProperty("partialFingerprints").ToString());
        Assert.Contains("nights/a%20b/findings/new/scenario.scn", results[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetCurrentDirectory(), Document, StringComparison.Ordinal);
    }

    /// <summary>The report with one mistake each.</summary>
    private static IEnumerable<string> BrokenDocuments()
    {
        yield return Broken(static run => run["tool"]!.AsObject().Remove("driver"));
        yield return Broken(static run => run["tool"]!["driver"]!.AsObject().Remove("name"));
        yield return Broken(static run => run["results"]![0]!["level"] = "fatal");
        yield return Broken(static run => run["results"]![0]!.AsObject().Remove("message"));
        yield return Broken(static run => run["results"]![0]!["colour"] = "red");
        yield return Broken(static run => run["results"]![1]!["suppressions"]![0]!["kind"] = "internal");
        yield return Broken(
            static run => run["results"]![0]!["locations"]![0]!["physicalLocation"]!["region"]!["startLine"] = 0);
    }

    private static string Broken(Action<JsonObject> mistake)
    {
        JsonNode document = JsonNode.Parse(Document)!;
        mistake(document["runs"]![0]!.AsObject());
        return document.ToJsonString();
    }

    private static bool IsValid(JsonSchema schema, string text)
    {
        using var document = JsonDocument.Parse(text);
        return schema.Evaluate(document.RootElement).IsValid;
    }

    private static JsonElement Run(JsonDocument document) => document.RootElement.GetProperty("runs")[0];

    private static IEnumerable<JsonElement> ResultsOf(JsonDocument document) =>
        Run(document).GetProperty("results").EnumerateArray();
}
