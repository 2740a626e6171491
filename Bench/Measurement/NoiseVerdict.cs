// The end of every command that measures: when times are not believed it says so in one sentence, and the exit code is that of an
// environment that lacks something, a quiet machine.

using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Measurement;

/// <summary>Says what a busy machine has spoiled.</summary>
internal static class NoiseVerdict
{
    /// <summary>Tells the user.</summary>
    /// <param name="context">Where the command runs.</param>
    /// <param name="machine">What else the machine did.</param>
    /// <param name="missing">Times that are not believed.</param>
    /// <param name="all">All times.</param>
    /// <returns>The exit code.</returns>
    internal static int Say(CommandContext context, Quietness machine, int missing, int all)
    {
        if (missing == 0)
        {
            return CommandExit.Clean;
        }

        context.Error.WriteLine(machine.Explain(missing, all));
        return CommandExit.Environment;
    }
}
