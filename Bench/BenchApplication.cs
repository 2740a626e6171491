// The entry point of the Bench application. It only parses the command line and maps the outcome to an exit code; every
// command lives in its own type, so that tests can call it without a process.

using System.CommandLine;
using System.CommandLine.Invocation;
using Managarm.Perf.Core;

namespace Managarm.Perf.Bench;

/// <summary>The Bench application.</summary>
public static class BenchApplication
{
    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">Arguments without the program's name.</param>
    /// <param name="output">Standard output: what was asked for.</param>
    /// <param name="error">Standard error: one line when something is wrong.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Measures what the model and the cancellation protocols cost.");
        root.Subcommands.Add(MiniCommand.Create(output));
        root.Subcommands.Add(CostsCommand.Create(output, error));
        root.Subcommands.Add(LayoutCommand.Create(output, error));
        root.Subcommands.Add(AllocationsCommand.Create(output, error));
        root.Subcommands.Add(LatencyCommand.Create(output, error));
        root.Subcommands.Add(SuiteCommand.Create(output, error));
        root.Subcommands.Add(ListCommand.Create(output));
        root.Subcommands.Add(CompareCommand.Create(output, error));
        root.Subcommands.Add(RatiosCommand.Create(output, error));
        root.Subcommands.Add(ChildCommand.Create(output, error));
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            error.WriteLine(parsed.Errors[0].Message);
            return BenchExitCode.BadUsage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (ChildException failure)
        {
            error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (ToolBugException bug)
        {
            error.WriteLine($"a bug in Managarm.Perf: {bug.Message}");
            return BenchExitCode.ToolBug;
        }
    }

    private static int Main(string[] arguments) => Run(arguments, Console.Out, Console.Error);
}
