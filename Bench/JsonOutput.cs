// Writes a report as the one JSON document that a command puts on the standard output. The document's first member is its
// version.

using System.Text.Json;

namespace Managarm.Perf.Bench;

/// <summary>Reports as JSON.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static void Write<T>(TextWriter output, T report) => output.WriteLine(JsonSerializer.Serialize(report, Options));
}
