// The suite's table as BenchmarkDotNet prints it, but a row whose time is not believed shows hyphens.

using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;

namespace Managarm.Perf.Bench.Suites;

/// <summary>Writes the suite's table for people.</summary>
internal static class SuiteText
{
    /// <summary>Writes the table.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="summary">BenchmarkDotNet's summary.</param>
    /// <param name="report">What is believed of it.</param>
    internal static void Write(TextWriter output, Summary summary, SuiteReport report)
    {
        var table = new AccumulationLogger();
        MarkdownExporter.Console.ExportToLog(summary, table);
        foreach (string line in table.GetLog().TrimEnd('\n').Split('\n'))
        {
            output.WriteLine(IsDoubted(line, report) ? Blank(line) : line);
        }
    }

    private static bool IsDoubted(string row, SuiteReport report) => row.Split('|') is [_, var name, ..]
        && report.Workloads.Any(line => !line.IsBelieved && line.Name == name.Trim(' ', '*'));

    private static string Blank(string row)
    {
        string[] cells = row.Split('|');
        for (int cell = 2; cell < cells.Length - 1; cell++)
        {
            cells[cell] = "- ".PadLeft(cells[cell].Length);
        }

        return string.Join('|', cells);
    }
}
