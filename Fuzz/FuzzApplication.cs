// The entry point of the Fuzz application. It turns a command line into one command and the command's outcome into an exit
// code; every command lives in a type of its own. Nothing that a user can type ends in a stack trace: wrong input is one
// line and exit code 2, a lacking environment is 3, and a bug of this tool is 4, with the input saved for the report.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;

namespace Managarm.Perf.Fuzz;

/// <summary>The Fuzz application.</summary>
public static class FuzzApplication
{
    private const int MinimumWidth = 80;

    private static int Main(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            // The first signal ends the work in hand properly, the second one ends the process.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return Run(arguments, new CommandContext
        {
            Output = Console.Out,
            Error = Console.Error,
            Input = Console.OpenStandardInput(),
            Stop = stop.Token,
            IsInteractive = !Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected ? CommandContext.DefaultWidth : Math.Max(MinimumWidth, Console.WindowWidth),
        });
    }

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">Command and options.</param>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives progress and errors.</param>
    /// <returns>Exit code; see <see cref="CommandExit"/>.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error) =>
        Run(arguments, new CommandContext { Output = output, Error = error });

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">Command and options.</param>
    /// <param name="context">Where it runs.</param>
    /// <returns>Exit code; see <see cref="CommandExit"/>.</returns>
    public static int Run(string[] arguments, CommandContext context) =>
        Guard(context, arguments, () => Invoke(arguments, context));

    /// <summary>Runs some work and maps what it throws to an exit code and one line.</summary>
    /// <param name="context">Where it runs.</param>
    /// <param name="arguments">The command line, for reports.</param>
    /// <param name="work">The work.</param>
    /// <returns>Exit code; see <see cref="CommandExit"/>.</returns>
    public static int Guard(CommandContext context, string[] arguments, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (CommandException failure)
        {
            context.Error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (CorpusException failure)
        {
            context.Error.WriteLine(failure.Message);
            return CommandExit.BadInput;
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

    private static int Invoke(string[] arguments, CommandContext context)
    {
        var root = new RootCommand(
            "Finds races in cancellation protocols, shrinks, replays and explains them.\n\n"
            + "Example:\n  dotnet run -c Release --project Fuzz -- campaign --time 60s --protocol tristate")
        {
            CampaignCommand.Create(context),
            RunCommand.Create(context),
            ShrinkCommand.Create(context),
            PromoteCommand.Create(context),
            ExploreCommand.Create(context),
            CompareProtocolsCommand.Create(context),
            BugsCommand.Create(context),
            DefectsCommand.Create(context),
            ProtocolsCommand.Create(context),
        };
        if (arguments.Length == 0)
        {
            throw CommandException.BadInput(
                "command",
                "one of campaign, run, shrink, promote, explore, compare, bugs, defects, protocols is needed; see --help");
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

    /// <summary>The first mistake of a command line, as one line with the option in front.</summary>
    private static CommandException Describe(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count > 0)
        {
            string token = OneLine(parsed.UnmatchedTokens[0]);
            return CommandException.BadInput(token, "no such command, option or argument; see --help");
        }

        ParseError error = parsed.Errors[0];
        string subject = error.SymbolResult switch
        {
            OptionResult option => option.Option.Name,
            ArgumentResult argument => argument.Argument.Name,
            CommandResult { Command: RootCommand } => "command",
            CommandResult command => command.Command.Name,
            _ => "command line",
        };
        return CommandException.BadInput(subject, OneLine(error.Message).TrimEnd('.'));
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
