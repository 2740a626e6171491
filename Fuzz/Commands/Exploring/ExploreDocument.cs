// The JSON document of `explore --primitives`: everything that the tables show, with the details that do not fit there.

using System.Text.Json;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Primitives;

namespace Managarm.Perf.Fuzz.Commands.Exploring;

/// <summary>Writes what the explorer found.</summary>
internal static class ExploreDocument
{
    internal static void Write(TextWriter output, PrimitiveReport report)
    {
        using var document = new JsonDocumentWriter(output, "explore");
        Utf8JsonWriter json = document.Json;
        json.WriteStartArray("clients");
        foreach (ExploredClient row in report.Clients)
        {
            json.WriteStartObject();
            json.WriteString("client", row.Client.Name);
            json.WriteString("primitive", row.Client.Primitive);
            json.WriteString("summary", row.Client.Summary);
            json.WriteString("memory", ExplorePrimitivesMode.NameOf(row.Memory));
            json.WriteNumber("threads", row.Client.Threads);
            json.WriteNumber("operations", row.Result.Operations);
            WriteResult(json, row.Result);
            json.WriteNumber("milliseconds", (long)row.Time.TotalMilliseconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("defects");
        foreach (ExploredDefect row in report.Defects)
        {
            json.WriteStartObject();
            json.WriteString("defect", row.Defect.Name);
            json.WriteString("primitive", row.Client.Primitive);
            json.WriteString("client", row.Client.Name);
            json.WriteString("summary", row.Defect.Summary);
            json.WriteString("expected", Verdicts.NameOf(row.Defect.Expected));
            json.WriteBoolean("isCaught", row.IsCaught);
            json.WriteBoolean("isWeakOnly", row.IsWeakOnly);
            WriteResult(json, row.Result);
            json.WriteStartObject("withoutRaceDetectorUnderSequential");
            WriteResult(json, row.Sequential);
            json.WriteEndObject();
            json.WriteStartObject("withoutRaceDetectorUnderWeak");
            WriteResult(json, row.Weak);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter json, ExplorationResult result)
    {
        json.WriteNumber("interleavings", result.Interleavings);
        json.WriteNumber("pruned", result.Pruned);
        json.WriteNumber("unfair", result.Unfair);
        json.WriteNumber("steps", result.Steps);
        json.WriteBoolean("isComplete", result.IsComplete);
        json.WriteString("verdict", Verdicts.NameOf(result.Verdict));
        json.WriteString("detail", result.Detail);
    }
}
