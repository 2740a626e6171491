// The JSON document of `run`: the last run with its outcome, and the figures of all runs. Nothing in it depends on the
// machine.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Running;

/// <summary>Writes a run as JSON.</summary>
internal static class RunDocument
{
    internal static void Write(TextWriter output, Story story, string scheduleLine, SearchResult result)
    {
        using var document = new JsonDocumentWriter(output, "run");
        Utf8JsonWriter json = document.Json;
        Violation violation = story.Violation;
        json.WriteString("protocol", story.Protocol.Name);
        json.WriteString("profile", Profiles.NameOf(story.Profile));
        json.WriteString("scenario", ScenarioFormatter.Format(story.Scenario));
        json.WriteString("schedule", scheduleLine);
        json.WriteString("invariant", Invariants.NameOf(violation.Invariant));
        json.WriteString("sentence", Invariants.SentenceOf(violation.Invariant));
        json.WriteString("call", violation.Call < 0 ? "" : ScenarioFormatter.FormatCall(story.Scenario, violation.Call));
        FindingDocument.WritePlace(json, story);
        json.WriteNumber("deviations", story.Preemptions.Count);
        json.WriteNumber("steps", story.Result.Steps);
        json.WriteNumber("decisions", story.Result.Decisions);
        json.WriteString("traceHash", story.Result.TraceHash.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteStartArray("results");
        foreach (CallOutcome outcome in CallOutcome.List(story))
        {
            json.WriteStartObject();
            json.WriteString("strand", outcome.Strand);
            json.WriteString("call", outcome.Call);
            json.WriteString("result", outcome.Result);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        SearchTotals totals = result.Totals;
        json.WriteStartObject("totals");
        json.WriteNumber("runs", totals.Runs);
        json.WriteNumber("calls", totals.Calls);
        json.WriteNumber("steps", totals.Steps);
        json.WriteNumber("decisions", totals.Decisions);
        json.WriteEndObject();
        if (result.Bound is { } bound)
        {
            WriteBound(json, bound);
        }
    }

    private static void WriteBound(Utf8JsonWriter json, PriorityChangeBound bound)
    {
        json.WriteStartObject("bound");
        json.WriteNumber("parties", bound.Parties);
        json.WriteNumber("steps", bound.Steps);
        json.WriteNumber("depth", bound.Depth);
        json.WriteNumber("probability", bound.Probability);
        json.WriteNumber("runsFor95Percent", bound.RunsFor(RunCommand.Confidence));
        json.WriteEndObject();
    }
}
