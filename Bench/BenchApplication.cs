// The entry point of the Bench application. It only names the commands; every command lives in its own type, so that tests can
// call it without a process, and what goes wrong is told alike by all (CommandGuard).

using System.CommandLine;
using Managarm.Perf.Bench.Allocations;
using Managarm.Perf.Bench.Compare;
using Managarm.Perf.Bench.Costs;
using Managarm.Perf.Bench.Latency;
using Managarm.Perf.Bench.Layout;
using Managarm.Perf.Bench.MiniWorld;
using Managarm.Perf.Bench.Ratios;
using Managarm.Perf.Bench.Runner;
using Managarm.Perf.Bench.Suites;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench;

/// <summary>The Bench application.</summary>
public static class BenchApplication
{
    private static void Main(string[] arguments) => CommandHost.Run(arguments, Run);

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">Arguments without the program's name.</param>
    /// <param name="output">Standard output: what was asked for.</param>
    /// <param name="error">Standard error: progress, and one line when something is wrong.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error) =>
        Run(arguments, new CommandContext { Output = output, Error = error });

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">Arguments without the program's name.</param>
    /// <param name="context">Where it runs.</param>
    /// <returns>The exit code; see <see cref="CommandExit"/>.</returns>
    public static int Run(string[] arguments, CommandContext context) =>
        CommandGuard.Run(context, arguments, () => Invoke(arguments, context));

    private static int Invoke(string[] arguments, CommandContext context)
    {
        var root = new RootCommand("Measures what the model and the cancellation protocols cost.\n\nExample:\n  list")
        {
            ListCommand.Create(context),
            RatiosCommand.Create(context),
            CompareCommand.Create(context),
            LatencyCommand.Create(context),
            CostsCommand.Create(context),
            MiniCommand.Create(context),
            SuiteCommand.Create(context),
            LayoutCommand.Create(context),
            AllocationsCommand.Create(context),
            ChildCommand.Create(context),
        };
        try
        {
            return CommandGuard.Invoke(root, arguments, context);
        }
        catch (ChildException failure)
        {
            throw CommandException.Of(failure.ExitCode, failure.Message);
        }
    }
}
