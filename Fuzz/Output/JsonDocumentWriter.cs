// Every command's --json prints one document of the same shape: version, command, what the command has to say, and where that
// comes from. It is built in memory and printed when it is complete, so nobody reads half a document.

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Output;

/// <summary>Writes a command's JSON document; disposing prints it.</summary>
internal sealed class JsonDocumentWriter : IDisposable
{
    /// <summary>Version of the documents.</summary>
    internal const int Version = 1;

    private readonly TextWriter output;
    private readonly MemoryStream stream = new();

    internal JsonDocumentWriter(TextWriter output, string command)
    {
        this.output = output;
        Json = new Utf8JsonWriter(stream, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
        Json.WriteStartObject();
        Json.WriteNumber("version", Version);
        Json.WriteString("command", command);
    }

    /// <summary>Writer, inside the document's object.</summary>
    internal Utf8JsonWriter Json { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Provenance.Write(Json, ScenarioRunner.ModelVersion);
        Json.WriteEndObject();
        Json.Dispose();
        output.Write(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
        output.Write('\n');
        stream.Dispose();
    }
}
