// What a document or a row of the results store came from, as a value: it is written into every JSON document and read again by
// whoever keeps the document. What is read was written by anybody, so every member is checked.

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Managarm.Perf.Results.Commands;

/// <summary>One command on one machine.</summary>
/// <param name="Commit">The commit that the program was built from, or "unknown".</param>
/// <param name="Tree">Whether the tree had changes on top of it: clean, changed or unknown.</param>
/// <param name="ModelVersion">Version of the model.</param>
/// <param name="Time">When the command began; ISO 8601, UTC, in seconds.</param>
/// <param name="Command">Its command line as a JSON array of texts.</param>
/// <param name="Machine">Where it ran.</param>
public sealed record ProvenanceRecord(
    string Commit, string Tree, long ModelVersion, string Time, string Command, MachineRecord Machine)
{
    /// <summary>How times are written.</summary>
    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ssZ";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same for equal provenances, and practically never for others.</summary>
    public string Id => Fingerprint.Of(
        Commit, Tree, ModelVersion.ToString(CultureInfo.InvariantCulture), Time, Command, Machine.Fingerprint);

    /// <summary>A command line as a JSON array of texts.</summary>
    /// <param name="arguments">Command and options.</param>
    public static string CommandOf(IEnumerable<string> arguments)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Relaxed))
        {
            json.WriteStartArray();
            foreach (string argument in arguments)
            {
                json.WriteStringValue(argument);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Writes the member of a document.</summary>
    /// <param name="json">Writer, inside the document's object.</param>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(Provenance.Member);
        json.WriteString("commit", Commit);
        json.WriteString("tree", Tree);
        json.WriteNumber("modelVersion", ModelVersion);
        json.WriteString("time", Time);
        json.WritePropertyName("command");
        using (JsonDocument arguments = JsonDocument.Parse(Command))
        {
            arguments.RootElement.WriteTo(json);
        }

        Machine.Write(json);
        json.WriteEndObject();
    }

    /// <summary>Reads the member of a document.</summary>
    /// <param name="document">The document's object.</param>
    /// <returns>The provenance, or null when the document has none.</returns>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    /// <exception cref="InvalidOperationException">A member is of another type.</exception>
    /// <exception cref="FormatException">A member has a value that cannot be.</exception>
    public static ProvenanceRecord? Read(JsonElement document)
    {
        if (!document.TryGetProperty(Provenance.Member, out JsonElement element))
        {
            return null;
        }

        string tree = Text(element, "tree");
        string time = Text(element, "time");
        bool isSound = Provenance.TreeStates.Contains(tree) && DateTime.TryParseExact(
            time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        return isSound
            ? new ProvenanceRecord(
                Text(element, "commit"), tree, element.GetProperty("modelVersion").GetInt64(), time,
                CommandOf(element.GetProperty("command").EnumerateArray().Select(NotNull)),
                MachineRecord.Read(element.GetProperty("machine")))
            : throw new FormatException();
    }

    /// <summary>A text that must be there.</summary>
    internal static string Text(JsonElement element, string member) => NotNull(element.GetProperty(member));

    private static string NotNull(JsonElement element) => element.GetString() ?? throw new FormatException();
}
