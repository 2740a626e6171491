// Writes a report as the one JSON document that a command puts on the standard output. The document's first member is its
// version, its last one says where the figures come from.

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Bench;

/// <summary>Reports as JSON.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static void Write<T>(TextWriter output, T report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, WriterOptions))
        {
            json.WriteStartObject();
            foreach (JsonProperty member in JsonSerializer.SerializeToElement(report, Options).EnumerateObject())
            {
                member.WriteTo(json);
            }

            Provenance.Write(json, ScenarioRunner.ModelVersion);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }
}
