// `ratios`: every primitive against all its peers and floors, in interleaved rounds, as one table. An aim is met when the
// whole interval reaches it and missed when the whole interval does not; in between it is open.

using System.CommandLine;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Runner;
using Managarm.Perf.Bench.Workloads.Threads;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Ratios;

/// <summary>The command `ratios`.</summary>
internal static class RatiosCommand
{
    private const double DefaultSeconds = 480;
    private const int Launches = 12;

    internal static Command Create(CommandContext context)
    {
        Option<double> seconds = CommonOptions.Seconds(DefaultSeconds);
        var filter = new Option<string>("--filter")
        {
            Description = "Only line-ups whose subject or workload contains this.",
            DefaultValueFactory = _ => "",
            HelpName = "TEXT",
        };
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "ratios",
            "Measure rings, events, tokens, coroutines and whole runs against their peers and floors, interleaved; one table.\n"
            + "Exit code 3: the machine was too busy for some of the figures, which are then not shown.\n"
            + "Example: ratios --seconds 480");
        command.Options.Add(seconds);
        command.Options.Add(filter);
        command.Options.Add(json);
        command.SetAction(parsed => Run(context, parsed.GetValue(seconds), parsed.GetValue(filter)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, double seconds, string filter, bool isJson)
    {
        Lineup[] lineups = [.. Lineup.All.Where(lineup => Matches(lineup, filter))];
        if (lineups.Length == 0)
        {
            context.Error.WriteLine($"--filter: no line-up has '{filter}' in its name");
            return CommandExit.BadInput;
        }

        lineups = [.. lineups.Select(lineup => lineup.WithoutMissing(context.Error.WriteLine))];
        RatioReport? report = Measure(context, lineups, seconds);
        if (report is not null && isJson)
        {
            JsonOutput.Write(context.Output, report);
        }
        else if (report is not null)
        {
            RatioText.Write(context.Output, report);
        }

        if (report is null || context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine(report is null
                ? "interrupted: no line-up was finished"
                : "interrupted: the table holds the line-ups that were finished");
            return CommandExit.Interrupted;
        }

        return NoiseVerdict.Say(
            context, report.Machine, report.Lines.Sum(line => line.Missing), report.Lines.Sum(line => line.Figures));
    }

    private static bool Matches(Lineup lineup, string filter) =>
        lineup.Title.Contains(filter, StringComparison.Ordinal)
        || lineup.Workloads.Any(workload => workload.Contains(filter, StringComparison.Ordinal));

    private static RatioReport? Measure(CommandContext context, Lineup[] lineups, double seconds)
    {
        var lines = new List<RatioLine>();
        var machines = new List<Quietness>();
        bool isPinned = true;
        int all = lineups.Sum(lineup => lineup.Workloads.Count);
        foreach (Lineup lineup in lineups)
        {
            context.Progress.Say($"measuring {lineup.Title} ({1 + Array.IndexOf(lineups, lineup)} of {lineups.Length})");
            Contestant[] contestants = [.. lineup.Workloads.Select(Contestant.Of)];
            try
            {
                double share = seconds * contestants.Length / all;
                ContestResult result = Contest.Measure(contestants, Launches, share, context.Stop);
                isPinned &= result.IsPinned;
                machines.Add(result.Machine);
                lines.AddRange(RatioLine.Of(lineup, result));
            }
            catch (ChildException) when (context.Stop.IsCancellationRequested)
            {
                break;
            }
        }

        return machines.Count == 0
            ? null
            : new RatioReport(
                1, isPinned, ProcessorPin.Processors, Launches, machines.MaxBy(machine => machine.OthersUsed)!, lines);
    }
}
