// Runs a command and turns whatever it throws into an exit code and one line, in the same way for every program. Nothing that
// a user can type ends in a stack trace: wrong input is one line and exit code 2, a lacking environment (a full disk, a closed
// output, a folder that cannot be written) is 3, and a bug of this tool is 4, with the input saved for the report.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Managarm.Perf.Results.Commands;

/// <summary>From a command line to an exit code.</summary>
public static class CommandGuard
{
    /// <summary>Parses a command line and runs its command.</summary>
    /// <param name="root">All commands.</param>
    /// <param name="arguments">Command and options.</param>
    /// <param name="context">Where it runs.</param>
    /// <returns>Exit code; see <see cref="CommandExit"/>.</returns>
    public static int Invoke(RootCommand root, string[] arguments, CommandContext context)
    {
        if (arguments.Length == 0)
        {
            throw MissingCommand(root);
        }

        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            throw Describe(parsed);
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    /// <summary>Runs some work and maps what it throws to an exit code and one line.</summary>
    /// <param name="context">Where it runs.</param>
    /// <param name="arguments">The command line, for reports.</param>
    /// <param name="work">The work.</param>
    /// <returns>Exit code; see <see cref="CommandExit"/>.</returns>
    public static int Run(CommandContext context, string[] arguments, Func<int> work)
    {
        Provenance.Begin(arguments);
        context.Progress.Say(string.Join(' ', arguments.Take(1)));
        context.Progress.Start();
        try
        {
            int exitCode = Finish(context, work);
            context.Output.Flush();
            return exitCode;
        }
        catch (CommandException failure)
        {
            context.Error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            context.Error.WriteLine(OneLine(failure.Message));
            return CommandExit.Environment;
        }
#pragma warning disable CA1031 // the last line of defence: whatever it is, it is a bug of this tool and must be reported as one
        catch (Exception failure)
#pragma warning restore CA1031 // see above
        {
            string saved = ToolBugReport.Save(context, arguments, failure);
            context.Error.WriteLine($"tool bug: {OneLine(failure.Message)}; the input was saved in {saved}");
            if (Environment.GetEnvironmentVariable("MANAGARM_PERF_DEBUG") == "1")
            {
                context.Error.WriteLine(failure);
            }

            return CommandExit.ToolBug;
        }
    }

    private static int Finish(CommandContext context, Func<int> work)
    {
        try
        {
            return work();
        }
        finally
        {
            context.Progress.Dispose();
        }
    }

    private static CommandException MissingCommand(Command command)
    {
        string names = string.Join(", ", command.Subcommands.Where(each => !each.Hidden).Select(each => each.Name));
        return CommandException.BadInput("command", $"one of {names} is needed; see --help");
    }

    /// <summary>The first mistake of a command line, as one line with the option in front.</summary>
    private static CommandException Describe(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count > 0)
        {
            string token = OneLine(parsed.UnmatchedTokens[0]);
            return CommandException.BadInput(token, "no such command, option or argument; see --help");
        }

        ParseError error = parsed.Errors[0];
        return error.SymbolResult switch
        {
            CommandResult { Command: { Subcommands.Count: > 0 } command } => MissingCommand(command),
            ArgumentResult { Tokens.Count: 0 } argument =>
                CommandException.BadInput(argument.Argument.Name, "is missing; see --help"),
            ArgumentResult argument => CommandException.BadInput(argument.Argument.Name, Message(error)),
            OptionResult { Tokens.Count: 0 } option when option.Option.Arity.MinimumNumberOfValues > 0 =>
                CommandException.BadInput(option.Option.Name, "needs a value; see --help"),
            OptionResult option => CommandException.BadInput(option.Option.Name, Message(error)),
            CommandResult command => CommandException.BadInput(command.Command.Name, Message(error)),
            _ => CommandException.BadInput("command line", Message(error)),
        };
    }

    private static string Message(ParseError error) => OneLine(error.Message).TrimEnd('.');

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
