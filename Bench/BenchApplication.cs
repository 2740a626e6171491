// The entry point of the Bench application. It only parses the command line and maps the outcome to an exit code; every
// command lives in its own type, so that tests can call it without a process.

using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
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
            error.WriteLine(Describe(parsed));
            return BenchExitCode.BadUsage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
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

    /// <summary>The first mistake of a command line, as one line with what is wrong in front.</summary>
    private static string Describe(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count > 0)
        {
            string token = parsed.UnmatchedTokens[0].ReplaceLineEndings(" ");
            return $"{token}: no such command, option or argument; see --help";
        }

        ParseError mistake = parsed.Errors[0];
        string message = mistake.Message.ReplaceLineEndings(" ").TrimEnd('.');
        if (mistake.SymbolResult is CommandResult { Command: RootCommand root })
        {
            return $"command: one of {string.Join(", ", root.Subcommands.Select(each => each.Name))} is needed; see --help";
        }

        bool isMissing = mistake.SymbolResult is ArgumentResult { Tokens.Count: 0 };
        return isMissing ? $"{((ArgumentResult)mistake.SymbolResult!).Argument.Name} is missing; see --help" : message;
    }

    private static int Main(string[] arguments) => Run(arguments, Console.Out, Console.Error);
}
