// `latency`: how long a read takes on the threaded host, per protocol and situation, as a distribution; with exact counts of
// kernel entries and messages, and with the floor that the two threads have in the same run.

using System.CommandLine;
using System.Globalization;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Bench;

/// <summary>The command `latency`.</summary>
internal static class LatencyCommand
{
    private const string AllProtocols = "all";
    private const int MinimumRounds = 2;

    internal static Command Create(TextWriter output, TextWriter error)
    {
        var protocol = new Option<string>("--protocol")
        {
            Description = $"Protocols, separated by commas, or {AllProtocols}.",
            DefaultValueFactory = _ => AllProtocols,
            HelpName = "P,..",
        };
        Option<double> seconds = CommonOptions.Seconds();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "latency",
            "Measure reads with user code on one thread and kernel and servers on another: uncancelled and cancelled.\n"
            + "Example: latency --protocol tristate,monolithic --seconds 20");
        command.Options.Add(protocol);
        command.Options.Add(seconds);
        command.Options.Add(json);
        command.SetAction(parsed => Run(
            output, error, parsed.GetValue(protocol)!, parsed.GetValue(seconds), parsed.GetValue(json)));
        return command;
    }

    private static int Run(TextWriter output, TextWriter error, string names, double seconds, bool isJson)
    {
        if (!TryFind(names, out List<IProtocol> protocols, out string unknown))
        {
            string known = string.Join(", ", ProtocolCatalog.All.ToArray().Select(each => each.Name));
            error.WriteLine($"--protocol: no protocol is called '{unknown}'; there are {known}");
            return BenchExitCode.BadUsage;
        }

        using Interruption signals = Interruption.Watch();
        LatencyReport report = Measure(protocols, seconds);
        if (isJson)
        {
            JsonOutput.Write(output, report);
        }
        else
        {
            Print(output, report);
        }

        if (Interruption.IsRequested)
        {
            error.WriteLine($"interrupted: {report.Rounds} rounds were measured");
            return BenchExitCode.Interrupted;
        }

        return BenchExitCode.Clean;
    }

    private static bool TryFind(string names, out List<IProtocol> protocols, out string unknown)
    {
        protocols = [];
        unknown = "";
        if (names == AllProtocols)
        {
            protocols.AddRange(ProtocolCatalog.All);
            return true;
        }

        foreach (string name in names.Split(','))
        {
            if (ProtocolCatalog.Find(name) is not { } found)
            {
                unknown = name;
                return false;
            }

            protocols.Add(found);
        }

        return true;
    }

    private static LatencyReport Measure(IEnumerable<IProtocol> protocols, double seconds)
    {
        using var measurement = new LatencyMeasurement(protocols);
        var end = Deadline.After(seconds);
        for (int round = 0; (round < MinimumRounds || !end.HasPassed) && !Interruption.IsRequested; round++)
        {
            measurement.MeasureRound();
        }

        return measurement.Report();
    }

    private static void Print(TextWriter output, LatencyReport report)
    {
        output.WriteLine(
            $"{report.Rounds} interleaved rounds, {report.Processors} processors; times in ns; entries, server entries and "
            + "messages per read");
        output.WriteLine(
            $"{"protocol",-12}{"read",-12}{"p50",9}{"p90",9}{"p99",9}{"p99.9",10}{"max",12}{"mean",10}{"count",9}"
            + $"{"entries",9}{"server",8}{"messages",10}");
        PrintRow(output, "floor", "echo", report.Floor, "");
        foreach (ReadLatency read in report.Reads)
        {
            PrintRow(
                output, read.Protocol, read.Situation, read.Latency,
                $"{read.UserEntriesPerRead,9:f2}{read.ServerEntriesPerRead,8:f2}{read.MessagesPerRead,10:f2}");
        }

        output.WriteLine();
        PrintLine(output, "floor", "echo", report.Floor);
        foreach (ReadLatency read in report.Reads)
        {
            PrintLine(output, read.Protocol, read.Situation, read.Latency);
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
        TextWriter output, string name, string situation, LatencyDistribution latency, string counts)
    {
        output.Write($"{name,-12}{situation,-12}");
        output.WriteLine(latency.Count == 0
            ? $"{"-",9}{"-",9}{"-",9}{"-",10}{"-",12}{"-",10}{0,9}{counts}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{latency.MedianNanoseconds,9}{latency.Percentile90Nanoseconds,9}{latency.Percentile99Nanoseconds,9}"
                + $"{latency.Percentile999Nanoseconds,10}{latency.MaximumNanoseconds,12}{latency.MeanNanoseconds,10:f0}"
                + $"{latency.Count,9}{counts}"));
    }

    private static void PrintLine(TextWriter output, string name, string situation, LatencyDistribution latency) =>
        output.WriteLine($"{name,-12}{situation,-12}{LatencyScale.Draw(latency.Buckets)}".TrimEnd());
}
