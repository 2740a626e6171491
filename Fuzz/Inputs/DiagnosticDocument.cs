// The JSON documents of `run --check` and `run --format`: which files there were and every mistake with its place, for editors
// and scripts. Columns count UTF-16 code units from 1, and endColumn is the column after the word, as editors want it.

using System.Text.Json;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Output;

namespace Managarm.Perf.Fuzz.Inputs;

/// <summary>Writes files and mistakes as JSON.</summary>
internal static class DiagnosticDocument
{
    /// <summary>Writes a document.</summary>
    /// <param name="output">Receives the document.</param>
    /// <param name="mode">What was done: <c>check</c> or <c>format</c>.</param>
    /// <param name="files">The files.</param>
    internal static void Write(TextWriter output, string mode, IEnumerable<CheckedFile> files)
    {
        using var document = new JsonDocumentWriter(output, "run");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", mode);
        json.WriteStartArray("files");
        foreach (CheckedFile file in files)
        {
            WriteFile(json, file);
        }

        json.WriteEndArray();
        json.WriteStartArray("diagnostics");
        foreach (ScenarioError error in files.SelectMany(file => file.Errors))
        {
            WriteError(json, error);
        }

        json.WriteEndArray();
    }

    private static void WriteFile(Utf8JsonWriter json, CheckedFile file)
    {
        json.WriteStartObject();
        json.WriteString("file", file.Name);
        json.WriteBoolean("valid", file.Errors.Count == 0);
        if (file.IsChanged is { } isChanged)
        {
            json.WriteBoolean("changed", isChanged);
        }

        if (file.Formatted is { } text)
        {
            json.WriteString("text", text);
        }

        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, ScenarioError error)
    {
        json.WriteStartObject();
        json.WriteString("file", error.File);
        json.WriteNumber("line", error.Line);
        json.WriteNumber("column", error.Column);
        json.WriteNumber("endColumn", error.EndColumn);
        json.WriteString("code", ScenarioErrorCodes.NameOf(error.Code));
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    }
}

/// <summary>A file that was checked or formatted.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Errors">Its mistakes.</param>
/// <param name="IsChanged">Whether formatting changes it; null when it was not formatted.</param>
/// <param name="Formatted">Its formatted text, or null when that is not asked for.</param>
internal sealed record CheckedFile(
    string Name, IReadOnlyList<ScenarioError> Errors, bool? IsChanged = null, string? Formatted = null);
