// `mini`: what kernel coroutines cost beside hand-written frames and beside host tasks, on the same small scenario.

using System.CommandLine;

namespace Managarm.Perf.Bench;

/// <summary>The command `mini`.</summary>
internal static class MiniCommand
{
    internal static Command Create(TextWriter output)
    {
        Option<double> seconds = CommonOptions.Seconds();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "mini",
            "Run one small scenario as kernel coroutines, hand-written frames and host tasks, interleaved, and compare.\n"
            + "Example: mini --seconds 10");
        command.Options.Add(seconds);
        command.Options.Add(json);
        command.SetAction(parsed => Run(output, parsed.GetValue(seconds), parsed.GetValue(json)));
        return command;
    }

    private static int Run(TextWriter output, double seconds, bool isJson)
    {
        using var measurement = new MiniMeasurement();
        MiniReport report = measurement.Measure(seconds);
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

    private static void Print(TextWriter output, MiniReport report)
    {
        output.WriteLine(
            $"{report.Rounds} rounds of {report.RunsPerSlice} runs each, {report.StepsPerRun:f1} steps and "
            + $"{report.InterruptsPerRun:f1} EINTR per run");
        output.WriteLine(
            $"{"world",-12}{"ns/step min",13}{"median",9}{"Msteps/s",10}{"B/run",9}{"ratio min",11}{"median",9}");
        foreach (MiniWorldFigures world in report.Worlds)
        {
            output.WriteLine(
                $"{world.Name,-12}{world.MinimumNanosecondsPerStep,13:f1}{world.MedianNanosecondsPerStep,9:f1}"
                + $"{world.StepsPerSecond / 1e6,10:f2}{world.BytesPerRun,9:f0}"
                + $"{world.MinimumRatio,11:f2}{world.MedianRatio,9:f2}");
        }

        MiniWorldFigures frames = report.Worlds[1];
        MiniWorldFigures tasks = report.Worlds[2];
        output.WriteLine(
            $"summary: host tasks take {tasks.MedianRatio:f2} times as long as coroutines (min {tasks.MinimumRatio:f2}), "
            + $"hand-written frames {frames.MedianRatio:f2} times (min {frames.MinimumRatio:f2})");
    }
}
