// `costs`: how fast the model runs the seed corpus and what oracle, access log, random scheduling and reset add, by
// interleaved rounds over all protocols and variants.

using System.CommandLine;
using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Bench;

/// <summary>The command `costs`.</summary>
internal static class CostsCommand
{
    private const double WarmUpShare = 0.25;
    private const int MinimumRounds = 3;

    private static readonly string[] Protocols = ["monolithic", "tristate"];

    internal static Command Create(TextWriter output, TextWriter error)
    {
        Option<double> seconds = CommonOptions.Seconds();
        Option<bool> json = CommonOptions.Json();
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Folder with scenarios; the project's seeds by default.",
            HelpName = "DIR",
        };
        var command = new Command(
            "costs",
            "Run the seed corpus with and without oracle, access log and random scheduling, interleaved, and compare.\n"
            + "Example: costs --seconds 30");
        command.Options.Add(seconds);
        command.Options.Add(corpus);
        command.Options.Add(json);
        command.SetAction(parsed => Run(
            output, error, parsed.GetValue(seconds), parsed.GetValue(corpus), parsed.GetValue(json)));
        return command;
    }

    private static int Run(TextWriter output, TextWriter error, double seconds, string? corpus, bool isJson)
    {
        string? folder = corpus ?? SeedCorpus.FindFolder();
        if (folder is null)
        {
            error.WriteLine("no seed corpus here: run inside a clone of the project or name a folder with --corpus");
            return BenchExitCode.MissingPrerequisite;
        }

        IReadOnlyList<Program> programs = SeedCorpus.Load(folder, out string problem);
        if (problem.Length > 0)
        {
            error.WriteLine(problem);
            return BenchExitCode.BadUsage;
        }

        CostReport report = Measure(programs, seconds);
        if (isJson)
        {
            JsonOutput.Write(output, report);
        }
        else
        {
            Print(output, report);
        }

        return BenchExitCode.Clean;
    }

    private static CostReport Measure(IReadOnlyList<Program> programs, double seconds)
    {
        ProtocolMeasurement[] measurements =
            [.. Protocols.Select(name => new ProtocolMeasurement(ProtocolCatalog.Find(name)!, programs))];
        var warm = Deadline.After(seconds * WarmUpShare);
        do
        {
            Array.ForEach(measurements, measurement => measurement.WarmUp());
        }
        while (!warm.HasPassed);

        var end = Deadline.After(seconds * (1 - WarmUpShare));
        while (measurements[0].Rounds < MinimumRounds || !end.HasPassed)
        {
            Array.ForEach(measurements, measurement => measurement.MeasureRound());
        }

        var report = new CostReport(1, programs.Count, [.. measurements.Select(measurement => measurement.Report())]);
        Array.ForEach(measurements, measurement => measurement.Dispose());
        return report;
    }

    private static void Print(TextWriter output, CostReport report)
    {
        foreach (ProtocolCosts protocol in report.Protocols)
        {
            output.WriteLine($"{protocol.Protocol}: {report.Scenarios} scenarios, {protocol.Rounds} rounds");
            output.WriteLine(
                $"  {"variant",-22}{"ns/step",9}{"min",8}{"runs/s",11}{"calls/s",11}{"Msteps/s",10}{"Mdec/s",8}{"B/run",7}");
            foreach (VariantSpeed speed in protocol.Variants)
            {
                output.WriteLine(
                    $"  {speed.Name,-22}{speed.NanosecondsPerStep,9:f1}{speed.MinimumNanosecondsPerStep,8:f1}"
                    + $"{speed.RunsPerSecond,11:f0}{speed.CallsPerSecond,11:f0}{speed.StepsPerSecond / 1e6,10:f2}"
                    + $"{speed.DecisionsPerSecond / 1e6,8:f2}{speed.BytesPerRun,7:f0}");
            }
        }

        foreach (ProtocolCosts protocol in report.Protocols)
        {
            output.WriteLine(
                $"summary {protocol.Protocol}: oracle {protocol.OracleShare:+0.0%;-0.0%}, "
                + $"access log {protocol.LogShare:+0.0%;-0.0%}, random walk {protocol.WalkShare:+0.0%;-0.0%} of the bare step; "
                + $"reset ({protocol.ResetBytes} bytes) {protocol.ResetShare:0.0%}, begin {protocol.BeginShare:0.0%} of a run");
        }
    }
}
