// `mini`: what kernel coroutines cost beside hand-written frames and beside host tasks, on the same small scenario.

using System.CommandLine;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>The command `mini`.</summary>
internal static class MiniCommand
{
    internal static Command Create(CommandContext context)
    {
        Option<double> seconds = CommonOptions.Seconds();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "mini",
            "Run one small scenario as kernel coroutines, hand-written frames and host tasks, interleaved, and compare.\n"
            + "Example: mini --seconds 10");
        command.Options.Add(seconds);
        command.Options.Add(json);
        command.SetAction(parsed => Run(context, parsed.GetValue(seconds), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, double seconds, bool isJson)
    {
        context.Progress.Say("running the small worlds in turns");
        using var measurement = new MiniMeasurement();
        MiniReport? report = measurement.Measure(seconds, context.Stop);
        if (report is not null && isJson)
        {
            JsonOutput.Write(context.Output, report);
        }
        else if (report is not null)
        {
            MiniText.Write(context.Output, report);
        }

        if (report is null || context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine($"interrupted: {Plural.Of(report?.Rounds ?? 0, "round")} measured");
            return CommandExit.Interrupted;
        }

        return NoiseVerdict.Say(
            context, report.Machine, report.Worlds.Count(world => !report.Believes(world)), report.Worlds.Count);
    }
}
