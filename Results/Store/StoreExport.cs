// The store as lines of JSON: a first line that says what this is, a line per row in the order of tables and keys, and a last
// line that counts them, so that a file that was cut short is noticed. Two stores with the same rows have the same export, byte
// by byte.

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Managarm.Perf.Results.Store;

/// <summary>Writes an export.</summary>
public static class StoreExport
{
    /// <summary>Member of the first line that says what this is.</summary>
    internal const string Mark = "store";

    /// <summary>Member of the first line that says which tables there are.</summary>
    internal const string Version = "version";

    /// <summary>Member of a row's line that names its table.</summary>
    internal const string Table = "table";

    /// <summary>Member of the last line.</summary>
    internal const string Rows = "rows";

    /// <summary>What the first line says.</summary>
    internal const string Name = "Managarm.Perf";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a text is the first line of an export, of whatever version.</summary>
    /// <param name="line">The text.</param>
    public static bool IsFirstLine(string line) => line.StartsWith($"{{\"{Mark}\":\"{Name}\",", StringComparison.Ordinal);

    /// <summary>Writes all rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="output">Receives the lines.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The number of rows.</returns>
    internal static long Write(StoreRows rows, TextWriter output, CancellationToken stop)
    {
        using var stream = new MemoryStream();
        using var json = new Utf8JsonWriter(stream, Relaxed);
        WriteLine(stream, json, output, static json =>
        {
            json.WriteString(Mark, Name);
            json.WriteNumber(Version, Migration.Newest);
        });
        long count = 0;
        foreach (StoreTable table in StoreTable.All)
        {
            foreach (object?[] row in rows.Of(table))
            {
                stop.ThrowIfCancellationRequested();
                WriteLine(stream, json, output, json => WriteRow(json, table, row));
                count++;
            }
        }

        WriteLine(stream, json, output, json => json.WriteNumber(Rows, count));
        return count;
    }

    private static void WriteRow(Utf8JsonWriter json, StoreTable table, object?[] row)
    {
        json.WriteString(Table, table.Name);
        foreach ((int index, StoreColumn column) in table.Columns.Index())
        {
            json.WritePropertyName(column.Name);
            switch (row[index])
            {
                case long number:
                    json.WriteNumberValue(number);
                    break;
                case string text:
                    json.WriteStringValue(text);
                    break;
                default:
                    json.WriteNullValue();
                    break;
            }
        }
    }

    private static void WriteLine(MemoryStream stream, Utf8JsonWriter json, TextWriter output, Action<Utf8JsonWriter> write)
    {
        stream.SetLength(0);
        json.Reset();
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        output.Write(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
        output.Write('\n');
    }
}
