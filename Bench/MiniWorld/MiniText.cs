// The figures of the small worlds as a table. A time that is not believed is a hyphen; counts are exact on any machine.

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Writes the small worlds' figures for people.</summary>
internal static class MiniText
{
    /// <summary>Writes the table.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="report">What was measured.</param>
    internal static void Write(TextWriter output, MiniReport report)
    {
        output.WriteLine(
            $"{report.Rounds} rounds of {report.RunsPerSlice} runs each, {report.StepsPerRun:f1} steps and "
            + $"{report.InterruptsPerRun:f1} EINTR per run");
        output.WriteLine(
            $"{"world",-12}{"ns/step min",13}{"median",9}{"Msteps/s",10}{"B/run",9}{"ratio min",11}{"median",9}");
        foreach (MiniWorldFigures world in report.Worlds)
        {
            output.WriteLine(report.Believes(world)
                ? $"{world.Name,-12}{world.MinimumNanosecondsPerStep,13:f1}{world.MedianNanosecondsPerStep,9:f1}"
                    + $"{world.StepsPerSecond / 1e6,10:f2}{world.BytesPerRun,9:f0}"
                    + $"{world.MinimumRatio,11:f2}{world.MedianRatio,9:f2}"
                : $"{world.Name,-12}{"-",13}{"-",9}{"-",10}{world.BytesPerRun,9:f0}{"-",11}{"-",9}");
        }

        if (report.Worlds.All(report.Believes))
        {
            MiniWorldFigures frames = report.Worlds[1];
            MiniWorldFigures tasks = report.Worlds[2];
            output.WriteLine(
                $"summary: host tasks take {tasks.MedianRatio:f2} times as long as coroutines (min {tasks.MinimumRatio:f2}), "
                + $"hand-written frames {frames.MedianRatio:f2} times (min {frames.MinimumRatio:f2})");
        }
    }
}
