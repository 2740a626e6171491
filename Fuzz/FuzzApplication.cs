// The entry point of the Fuzz application. It turns a command line into one command and the command's outcome into an exit
// code; every command lives in a type of its own, and what goes wrong is told alike by all (CommandGuard).

using System.CommandLine;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Commands.Campaigns;
using Managarm.Perf.Fuzz.Commands.Comparing;
using Managarm.Perf.Fuzz.Commands.Corpus;
using Managarm.Perf.Fuzz.Commands.Defects;
using Managarm.Perf.Fuzz.Commands.Exploring;
using Managarm.Perf.Fuzz.Commands.Promoting;
using Managarm.Perf.Fuzz.Commands.Protocols;
using Managarm.Perf.Fuzz.Commands.Running;
using Managarm.Perf.Fuzz.Commands.Shrinking;
using Managarm.Perf.Fuzz.Commands.Store;
using Managarm.Perf.Fuzz.Commands.Triaging;
using Managarm.Perf.Fuzz.Commands.Windows;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz;

/// <summary>The Fuzz application.</summary>
public static class FuzzApplication
{
    private static void Main(string[] arguments) => CommandHost.Run(arguments, Run);

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
        CommandGuard.Run(context, arguments, () => Invoke(arguments, context));

    private static int Invoke(string[] arguments, CommandContext context)
    {
        var root = new RootCommand(
            "Finds races in cancellation protocols, shrinks, replays and explains them.\n\n"
            + "Example:\n  dotnet run -c Release --project Fuzz -- campaign --time 60s --protocol tristate")
        {
            CampaignCommand.Create(context),
            RunCommand.Create(context),
            ShrinkCommand.Create(context),
            TriageCommand.Create(context),
            PromoteCommand.Create(context),
            ExploreCommand.Create(context),
            CompareProtocolsCommand.Create(context),
            WindowsCommand.Create(context),
            DefectsCommand.Create(context),
            ProtocolsCommand.Create(context),
            StoreCommand.Create(context),
            CorpusCommand.Create(context),
        };
        try
        {
            return CommandGuard.Invoke(root, arguments, context);
        }
        catch (CorpusException failure)
        {
            throw CommandException.BadInput(failure.Message);
        }
    }
}
