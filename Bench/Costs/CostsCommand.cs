// `costs`: how fast the model runs the seed corpus and what oracle, access log, random scheduling and reset add, by
// interleaved rounds over all protocols and variants.

using System.CommandLine;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Bench.Costs;

/// <summary>The command `costs`.</summary>
internal static class CostsCommand
{
    private const double WarmUpShare = 0.25;
    private const int MinimumRounds = 3;

    private static readonly string[] Protocols = ["monolithic", "tristate"];

    internal static Command Create(CommandContext context)
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
        command.SetAction(parsed => Run(context, parsed.GetValue(seconds), parsed.GetValue(corpus), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, double seconds, string? corpus, bool isJson)
    {
        string? folder = corpus ?? SeedCorpus.FindFolder();
        if (folder is null)
        {
            context.Error.WriteLine("no seed corpus here: run inside a clone of the project or name a folder with --corpus");
            return CommandExit.Environment;
        }

        IReadOnlyList<Scenario> scenarios = SeedCorpus.Load(folder, out string problem);
        if (problem.Length > 0)
        {
            context.Error.WriteLine(problem);
            return CommandExit.BadInput;
        }

        CostReport? report = Measure(context, scenarios, seconds);
        if (report is not null && isJson)
        {
            JsonOutput.Write(context.Output, report);
        }
        else if (report is not null)
        {
            CostText.Write(context.Output, report);
        }

        if (report is null || context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine($"interrupted: {Plural.Of(report?.Protocols[^1].Rounds ?? 0, "round")} measured");
            return CommandExit.Interrupted;
        }

        double?[] spreads = [.. report.Protocols.SelectMany(
            protocol => protocol.Variants.Select(variant => variant.Spread).Append(protocol.Spread))];
        return NoiseVerdict.Say(
            context, report.Machine, spreads.Count(spread => !report.Believes(spread)), spreads.Length);
    }

    private static CostReport? Measure(CommandContext context, IReadOnlyList<Scenario> scenarios, double seconds)
    {
        context.Progress.Say("warming up");
        ProtocolMeasurement[] measurements =
            [.. Protocols.Select(name => new ProtocolMeasurement(ProtocolCatalog.Find(name)!, scenarios))];
        var machine = new MachineWatch(threads: 1);
        var warm = Deadline.After(seconds * WarmUpShare);
        do
        {
            Array.ForEach(measurements, measurement => measurement.WarmUp(context.Stop));
        }
        while (!warm.HasPassed && !context.Stop.IsCancellationRequested);

        var end = Deadline.After(seconds * (1 - WarmUpShare));
        while ((measurements[0].Rounds < MinimumRounds || !end.HasPassed) && !context.Stop.IsCancellationRequested)
        {
            context.Progress.Say($"measuring round {measurements[0].Rounds + 1}");
            Array.ForEach(measurements, measurement => measurement.MeasureRound(context.Stop));
        }

        CostReport? report = measurements[^1].Rounds == 0
            ? null
            : new CostReport(1, scenarios.Count, machine.Read(), [.. measurements.Select(measurement => measurement.Report())]);
        Array.ForEach(measurements, measurement => measurement.Dispose());
        return report;
    }
}
