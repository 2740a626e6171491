// The figures of `latency` as a table and as drawings. A time that is not believed is a hyphen; counts are exact on any machine.

using System.Globalization;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Latency;

/// <summary>Writes latencies for people.</summary>
public static class LatencyText
{
    /// <summary>Writes the table and the drawing.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="report">What was measured.</param>
    public static void Write(TextWriter output, LatencyReport report)
    {
        output.WriteLine(
            $"{Plural.Of(report.Rounds, "interleaved round")}, {Plural.Of(report.Processors, "processor")}; times in ns; "
            + "entries, server entries and messages per read");
        output.WriteLine(
            $"{"protocol",-12}{"read",-12}{"p50",9}{"p90",9}{"p99",9}{"p99.9",10}{"p99.99",10}{"max",12}{"mean",10}"
            + $"{"count",9}{"stalled",9}{"entries",9}{"server",8}{"messages",10}");
        PrintRow(output, "floor", "echo", report, report.Floor, "");
        foreach (ReadLatency read in report.Reads)
        {
            PrintRow(
                output, read.Protocol, read.Situation, report, read.Latency,
                $"{read.UserEntriesPerRead,9:f2}{read.ServerEntriesPerRead,8:f2}{read.MessagesPerRead,10:f2}");
        }

        output.WriteLine();
        PrintLine(output, "floor", "echo", report, report.Floor);
        foreach (ReadLatency read in report.Reads)
        {
            PrintLine(output, read.Protocol, read.Situation, report, read.Latency);
        }

        output.WriteLine($"{"",-24}{LatencyScale.DrawAxis()}");
        foreach (ReadLatency read in report.Reads.Where(read => read.Ineffective > 0))
        {
            output.WriteLine(
                $"{read.Protocol}, {read.Situation}: {read.Ineffective} reads were not ended by what was sent; "
                + "bytes ended them and they are not counted above");
        }
    }

    private static void PrintRow(
        TextWriter output, string name, string situation, LatencyReport report, LatencyDistribution latency, string counts)
    {
        output.Write($"{name,-12}{situation,-12}");
        output.WriteLine(latency.Count == 0 || !report.Believes(latency)
            ? $"{"-",9}{"-",9}{"-",9}{"-",10}{"-",10}{"-",12}{"-",10}{latency.Count,9}{latency.Stalled,9}{counts}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{latency.MedianNanoseconds,9}{latency.Percentile90Nanoseconds,9}{latency.Percentile99Nanoseconds,9}"
                + $"{latency.Percentile999Nanoseconds,10}{latency.Percentile9999Nanoseconds,10}{latency.MaximumNanoseconds,12}"
                + $"{latency.MeanNanoseconds,10:f0}{latency.Count,9}{latency.Stalled,9}{counts}"));
    }

    private static void PrintLine(
        TextWriter output, string name, string situation, LatencyReport report, LatencyDistribution latency)
    {
        string drawing = report.Believes(latency) ? LatencyScale.Draw(latency.Buckets) : "";
        output.WriteLine($"{name,-12}{situation,-12}{drawing}".TrimEnd());
    }
}
