// `latency`: how long a read takes on the threaded host, per protocol and situation, as a distribution; with exact counts of
// kernel entries and messages, and with the floor that the two threads have in the same run.

using System.CommandLine;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Workloads.Threads;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Bench.Latency;

/// <summary>The command `latency`.</summary>
internal static class LatencyCommand
{
    private const string AllProtocols = "all";
    private const int MinimumRounds = 2;

    internal static Command Create(CommandContext context)
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
            + "Exit code 3: the machine was too busy for some of the times, which are then not shown.\n"
            + "Example: latency --protocol tristate,monolithic --seconds 20");
        command.Options.Add(protocol);
        command.Options.Add(seconds);
        command.Options.Add(json);
        command.SetAction(parsed => Run(context, parsed.GetValue(protocol)!, parsed.GetValue(seconds), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, string names, double seconds, bool isJson)
    {
        if (!TryFind(names, out List<IProtocol> protocols, out string mistake))
        {
            throw CommandException.BadInput("--protocol", mistake);
        }

        LatencyReport report = Measure(context, protocols, seconds);
        if (isJson)
        {
            JsonOutput.Write(context.Output, report);
        }
        else
        {
            LatencyText.Write(context.Output, report);
        }

        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine($"interrupted: {Plural.Of(report.Rounds, "round")} measured");
            return CommandExit.Interrupted;
        }

        (int missing, int all) = report.CountMissing();
        return NoiseVerdict.Say(context, report.Machine, missing, all);
    }

    private static bool TryFind(string names, out List<IProtocol> protocols, out string mistake)
    {
        protocols = [];
        mistake = "";
        if (names == AllProtocols)
        {
            protocols.AddRange(ProtocolCatalog.All);
            return true;
        }

        foreach (string name in names.Split(','))
        {
            if (ProtocolCatalog.Find(name) is not { } found)
            {
                string known = string.Join(", ", ProtocolCatalog.All.ToArray().Select(each => each.Name));
                mistake = $"no protocol is called '{name}'; there are {known}";
                return false;
            }

            if (protocols.Contains(found))
            {
                mistake = $"'{name}' is named twice";
                return false;
            }

            protocols.Add(found);
        }

        return true;
    }

    private static LatencyReport Measure(CommandContext context, IEnumerable<IProtocol> protocols, double seconds)
    {
        ProcessorPin.PinMeasuring();
        using var measurement = new LatencyMeasurement(protocols);
        var end = Deadline.After(seconds);
        for (int round = 0; (round < MinimumRounds || !end.HasPassed) && !context.Stop.IsCancellationRequested; round++)
        {
            measurement.MeasureRound(context.Progress.Say, context.Stop);
        }

        return measurement.Report();
    }
}
