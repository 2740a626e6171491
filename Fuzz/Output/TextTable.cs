// A table of words and numbers for the terminal: columns as wide as their widest cell, numbers to the right, nothing around
// them, so that it can be read, pasted and searched.

using System.Globalization;
using System.Text;

namespace Managarm.Perf.Fuzz.Output;

/// <summary>Lays out a table.</summary>
/// <param name="headings">The headings; one that begins with '>' is that of a column of numbers.</param>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> rows = [[.. headings.Select(heading => heading.TrimStart('>'))]];

    /// <summary>A number of things, in groups of three digits.</summary>
    /// <param name="value">The number.</param>
    internal static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A cell per column.</param>
    internal void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Prints the table.</summary>
    /// <param name="output">Receives it.</param>
    internal void Print(TextWriter output)
    {
        int[] widths = [.. headings.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            var line = new StringBuilder();
            for (int column = 0; column < row.Length; column++)
            {
                bool isNumber = headings[column].StartsWith('>');
                line.Append(isNumber ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column])).Append("  ");
            }

            output.WriteLine(line.ToString().TrimEnd());
        }
    }
}
