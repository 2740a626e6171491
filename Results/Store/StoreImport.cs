// Reads an export line by line, into a change that is committed whole or not at all. Anybody may have written the file, so every
// line is checked: its table, that it has each column once and nothing else, the types, and at the end the number of rows. What
// is wrong is said with the line's number.

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Managarm.Perf.Results.Store;

/// <summary>Reads an export.</summary>
internal static class StoreImport
{
    /// <summary>Puts all rows into a change.</summary>
    /// <param name="lines">The export.</param>
    /// <param name="writer">The change.</param>
    /// <param name="stop">Ends it early.</param>
    internal static void Read(TextReader lines, StoreWriter writer, CancellationToken stop)
    {
        string source = writer.Source;
        long number = 0;
        bool isComplete = false;
        while (NextLine(lines, source) is { } line)
        {
            stop.ThrowIfCancellationRequested();
            number++;
            writer.Source = string.Create(CultureInfo.InvariantCulture, $"{source}:{number}");
            string? problem = isComplete
                ? "there is something behind the last line"
                : ReadLine(line, number, writer, out isComplete);
            if (problem is not null)
            {
                throw CommandException.BadInput(writer.Source, problem);
            }
        }

        writer.Source = source;
        if (!isComplete)
        {
            throw CommandException.BadInput(source, "the export was cut short: its last line, which counts the rows, is missing");
        }
    }

    private static string? NextLine(TextReader lines, string source)
    {
        try
        {
            return lines.ReadLine();
        }
        catch (DecoderFallbackException)
        {
            throw CommandException.BadInput(source, "this is no UTF-8");
        }
    }

    /// <summary>Takes a line; tells what is wrong with it.</summary>
    private static string? ReadLine(string line, long number, StoreWriter writer, out bool isLast)
    {
        isLast = false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return "this is no object";
            }

            if (number == 1)
            {
                return ReadFirst(root);
            }

            isLast = root.TryGetProperty(StoreExport.Rows, out JsonElement rows);
            return isLast ? ReadLast(rows, number - 2) : ReadRow(root, writer);
        }
        catch (JsonException)
        {
            return "this is no JSON";
        }
        catch (InvalidOperationException)
        {
            return "a text is no Unicode";
        }
    }

    private static string? ReadFirst(JsonElement root)
    {
        bool isExport = root.TryGetProperty(StoreExport.Mark, out JsonElement mark) && mark.ValueKind == JsonValueKind.String
            && mark.GetString() == StoreExport.Name;
        if (!isExport || !root.TryGetProperty(StoreExport.Version, out JsonElement version) || Number(version) is not { } known)
        {
            return "this is no export of a results store";
        }

        return known is >= 1 && known <= Migration.Newest
            ? null
            : $"the export is of version {known} and this program knows {Migration.Newest}";
    }

    private static string? ReadLast(JsonElement rows, long count) =>
        Number(rows) == count ? null : $"there are {count} rows, and the last line counts {rows.GetRawText()}";

    private static string? ReadRow(JsonElement root, StoreWriter writer)
    {
        bool hasTable = root.TryGetProperty(StoreExport.Table, out JsonElement name) && name.ValueKind == JsonValueKind.String;
        StoreTable? table = hasTable ? StoreTable.All.FirstOrDefault(each => each.Name == name.GetString()) : null;
        if (table is null)
        {
            return "the line has no table that is known";
        }

        var row = new object?[table.Columns.Count];
        foreach ((int index, StoreColumn column) in table.Columns.Index())
        {
            if (!root.TryGetProperty(column.Name, out JsonElement value))
            {
                return $"{table.Name} needs {column.Name}";
            }

            row[index] = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Null => null,
                _ => (object?)Number(value) ?? false,
            };
        }

        if (root.EnumerateObject().Count() != row.Length + 1)
        {
            return $"{table.Name} has other members than its columns, or one twice";
        }

        writer.Put(table, row);
        return null;
    }

    private static long? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;
}
