// The JSON documents of `shrink`. Seconds and jobs depend on the machine and stand in an object of their own.

using System.Text.Json;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Shrinking;

namespace Managarm.Perf.Fuzz.Commands.Shrinking;

/// <summary>Writes what shrinking took as JSON.</summary>
internal static class ShrinkDocument
{
    /// <summary>Writes the table of many findings.</summary>
    /// <param name="output">Receives the document.</param>
    /// <param name="rows">The findings.</param>
    /// <param name="jobs">Candidates tried at once.</param>
    internal static void Write(TextWriter output, IReadOnlyList<ShrinkRow> rows, int jobs)
    {
        using var document = new JsonDocumentWriter(output, "shrink");
        document.Json.WriteStartArray("findings");
        foreach (ShrinkRow row in rows)
        {
            document.Json.WriteStartObject();
            document.Json.WriteString("name", row.Name);
            document.Json.WriteString("scenario", row.Scenario);
            WriteEffort(document.Json, row.Effort);
            WriteSurviving(document.Json, row.Surviving);
            document.Json.WriteEndObject();
        }

        document.Json.WriteEndArray();
        document.Json.WriteStartObject("volatile");
        document.Json.WriteNumber("elapsedSeconds", Math.Round(rows.Sum(row => row.Effort.Elapsed.TotalSeconds), 3));
        document.Json.WriteNumber("jobs", jobs);
        document.Json.WriteEndObject();
    }

    /// <summary>Writes sizes and counts as fields.</summary>
    /// <param name="json">Writer, inside an object.</param>
    /// <param name="effort">What it took.</param>
    internal static void WriteEffort(Utf8JsonWriter json, in ShrinkEffort effort)
    {
        FindingDocument.WriteSize(json, "before", effort.Before);
        FindingDocument.WriteSize(json, "after", effort.After);
        json.WriteNumber("candidates", effort.Candidates);
        json.WriteNumber("runs", effort.Runs);
        json.WriteNumber("memoHits", effort.MemoHits);
    }

    /// <summary>Writes the deletions that a finding could do with.</summary>
    /// <param name="json">Writer, inside an object.</param>
    /// <param name="surviving">The deletions, in words.</param>
    internal static void WriteSurviving(Utf8JsonWriter json, IReadOnlyList<string> surviving)
    {
        json.WriteStartArray("stillViolatedWithout");
        foreach (string what in surviving)
        {
            json.WriteStringValue(what);
        }

        json.WriteEndArray();
    }
}
