// `ratios`: every primitive against all its peers and floors, in interleaved rounds, as one table in Markdown that the handbook
// can hold. An aim is met when the whole interval reaches it and missed when the whole interval does not; in between it is open.

using System.CommandLine;
using Managarm.Perf.Results;

namespace Managarm.Perf.Bench;

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

        RatioReport report = Measure(lineups, seconds, context.Progress.Say, context.Stop);
        if (isJson)
        {
            JsonOutput.Write(context.Output, report);
        }
        else
        {
            Print(context.Output, report);
        }

        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine("interrupted: the table holds the line-ups that were finished");
            return CommandExit.Interrupted;
        }

        return CommandExit.Clean;
    }

    private static bool Matches(Lineup lineup, string filter) =>
        lineup.Title.Contains(filter, StringComparison.Ordinal)
        || lineup.Workloads.Any(workload => workload.Contains(filter, StringComparison.Ordinal));

    private static RatioReport Measure(Lineup[] lineups, double seconds, Action<string> progress, CancellationToken stop)
    {
        var lines = new List<RatioLine>();
        bool isPinned = true;
        int all = lineups.Sum(lineup => lineup.Workloads.Count);
        foreach (Lineup lineup in lineups)
        {
            progress($"measuring {lineup.Title} ({1 + Array.IndexOf(lineups, lineup)} of {lineups.Length})");
            Contestant[] contestants = [.. lineup.Workloads.Select(Contestant.Of)];
            try
            {
                ContestResult result = Contest.Measure(contestants, Launches, seconds * contestants.Length / all, stop);
                isPinned &= result.IsPinned;
                lines.AddRange(LinesOf(lineup, result));
            }
            catch (ChildException) when (stop.IsCancellationRequested)
            {
                break;
            }
        }

        return new RatioReport(1, isPinned, ProcessorPin.Processors, lines);
    }

    private static IEnumerable<RatioLine> LinesOf(Lineup lineup, ContestResult result)
    {
        for (int contestant = 0; contestant < lineup.Workloads.Count; contestant++)
        {
            RatioInterval ratio = result.Table.Ratio(contestant, 0);
            double? aim = contestant == 0 ? null : lineup.Rivals[contestant - 1].Aim;
            yield return new RatioLine(
                lineup.Title,
                lineup.Workloads[contestant],
                result.Table.Nanoseconds(contestant),
                result.BytesPerOperation[contestant],
                ratio.Estimate,
                ratio.Lower,
                ratio.Upper,
                ratio.Launches,
                aim,
                AnswerOf(ratio, aim));
        }
    }

    private static string AnswerOf(RatioInterval ratio, double? aim) => aim switch
    {
        null => "",
        { } least when ratio.Lower >= least => "met",
        { } least when ratio.Upper < least => "missed",
        _ => "open",
    };

    private static void Print(TextWriter output, RatioReport report)
    {
        output.WriteLine("| subject | workload | ns | B/op | times ours | 95 % interval | aim |");
        output.WriteLine("|---|---|---:|---:|---:|---|---|");
        foreach (RatioLine line in report.Lines)
        {
            string subject = line.IsReference ? line.Subject : "";
            string ratio = line.IsReference ? "| 1 | |" : $"| {line.Ratio:f2} | {line.Lower:f2} to {line.Upper:f2} |";
            string aim = line.Aim is null ? "" : $"at least {line.Aim:0.##}: {line.AimAnswer}";
            output.WriteLine(
                $"| {subject} | {line.Workload} | {line.Nanoseconds:f2} | {line.BytesPerOperation:0.##} {ratio} {aim} |");
        }

        output.WriteLine();
        output.WriteLine(
            $"{Launches} launches each on {Plural.Of(report.Processors, "processor")}, threads "
            + (report.IsPinned ? "bound to processors" : "not bound to processors: this system does not allow it"));
    }
}
