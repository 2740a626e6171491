// `windows`: the bank of known windows. `list` says what there is, `show` tells one of them, `hunt` counts how many drawn
// schedules chance needs to find each, and whether those without harm stay without. An entry is a file; see docs/windows.md.

using System.CommandLine;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Windows;

/// <summary>Makes the command `windows` with its parts.</summary>
internal sealed class WindowsCommand
{
    private const ulong DefaultSeeds = 20;
    private const ulong MaximumSeeds = 10_000;
    private const ulong DefaultRuns = 10_000;
    private const ulong MaximumRuns = 1_000_000_000;
    private const int MaximumJobs = 256;

    private readonly Argument<string> name = new("NAME") { Description = "A file's name without its extension, or a window's." };

    private readonly Argument<string?> optionalName = new("NAME")
    {
        Description = "A file's name without its extension, or a window's (default: all).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> from = CommandOptions.Make(
        "--from", "DIR", "Directory of windows (default: the project's Corpus/windows).");

    private readonly Option<string> to = CommandOptions.Make(
        "--out", "DIR", "Write scenario, trace, chart and recipe into this folder instead of printing trace and recipe.");

    private readonly Option<string> seeds = CommandOptions.Make(
        "--seeds", "N", $"Hunt with each seed from 1 to this one (default {DefaultSeeds}).");

    private readonly Option<string> runs = CommandOptions.Make(
        "--runs", "N", $"Runs per window and seed at most (default {DefaultRuns}).");

    private readonly Option<string> strategy = CommandOptions.Make(
        "--strategy", "S",
        $"How schedules are drawn: {StrategyChoice.Drawing} (default random); several, with commas, are compared.");

    private readonly Option<string> jobs = CommandOptions.Make(
        "--jobs", "N", "Worker threads (default: one per processor); the result does not depend on it.");

    private readonly Option<bool> json = CommandOptions.MakeJson();
    /// <summary>What the command was called before; it still answers to it.</summary>
    private const string FormerName = "bugs";

    private readonly CommandContext context;

    private WindowsCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var self = new WindowsCommand(context);
        var command = new Command(
            "windows",
            "Lists, shows and hunts the known windows of the protocols; lists them when nothing else is asked for.\n"
            + "Each part has --json.\n\n"
            + "Example:\n  windows list\n  windows show waitpid-cancel-before-submit --out folder\n"
            + "  windows hunt O1 --strategy delay:1")
        {
            self.CreateList(), self.CreateShow(), self.CreateHunt(),
        };
        command.Aliases.Add(FormerName);
        command.SetAction(parsed => new WindowsListMode(context).Run(self.ReadBank(parsed), asJson: false));
        return command;
    }

    private Command CreateList()
    {
        var command = new Command("list", "Lists the known windows.\n\nExample:\n  windows list --json") { from, json };
        command.SetAction(parsed => new WindowsListMode(context).Run(ReadBank(parsed), parsed.GetValue(json)));
        return command;
    }

    private Command CreateShow()
    {
        var command = new Command(
            "show", "Tells a window: what it is, the run that shows it, how to confirm it.\n\n"
            + "Example:\n  windows show waitpid-cancel-before-submit\n"
            + "  windows show waitpid-cancel-before-submit --out my-folder")
        {
            name, to, from, json,
        };
        command.SetAction(Show);
        return command;
    }

    private Command CreateHunt()
    {
        var command = new Command(
            "hunt", "Counts the drawn schedules until each window is found. Exit code 1 if one behaves otherwise than its file\n"
            + "says: its schedule does not show its violation, or it is said to be benign and something is violated.\n\n"
            + "Example:\n  windows hunt\n  windows hunt O1 --seeds 100 --strategy pct:2\n"
            + "  windows hunt --seeds 30 --strategy random,pct:3,pos")
        {
            optionalName, seeds, runs, strategy, jobs, from, json,
        };
        command.SetAction(Hunt);
        return command;
    }

    private int Show(ParseResult parsed)
    {
        string? folder = parsed.GetValue(to);
        if (folder is not null && (folder.Length == 0 || File.Exists(folder)))
        {
            throw CommandException.BadInput(to.Name, "a directory is needed");
        }

        string wanted = CommandOptions.RequiredPath(parsed, name);
        IReadOnlyList<KnownWindow> found = WindowBank.Pick(ReadBank(parsed), name.Name, wanted);
        if (found.Count > 1)
        {
            string entries = string.Join(", ", found.Select(each => each.Name));
            throw CommandException.BadInput(name.Name, $"window {wanted} has several entries; give one of {entries}");
        }

        return new WindowsShowMode(context).Run(found[0], folder, parsed.GetValue(json));
    }

    private int Hunt(ParseResult parsed)
    {
        string[] strategies = ReadStrategies(parsed);
        var options = new HuntOptions
        {
            Seeds = (int)CommandOptions.Number(parsed, seeds, DefaultSeeds, 1, MaximumSeeds),
            Runs = CommandOptions.Number(parsed, runs, DefaultRuns, 1, MaximumRuns),
            Strategy = strategies[0],
            Jobs = (int)CommandOptions.Number(parsed, jobs, (ulong)Environment.ProcessorCount, 1, MaximumJobs),
        };
        string? wanted = parsed.GetValue(optionalName);
        IReadOnlyList<KnownWindow> windows = ReadBank(parsed);
        windows = wanted is null ? windows : WindowBank.Pick(windows, optionalName.Name, wanted);
        bool asJson = parsed.GetValue(json);
        return strategies.Length == 1
            ? new WindowsHuntMode(context).Run(windows, options, asJson)
            : new WindowsHuntComparison(context).Run(windows, options, strategies, asJson);
    }

    private string[] ReadStrategies(ParseResult parsed)
    {
        string[] names = (parsed.GetValue(strategy) ?? "random").Split(',');
        foreach (string each in names)
        {
            if (StrategyChoice.Parse(strategy.Name, each).IsFixed)
            {
                throw CommandException.BadInput(strategy.Name, $"'{each}' draws nothing; there are {StrategyChoice.Drawing}");
            }
        }

        return names.Distinct().Count() == names.Length
            ? names
            : throw CommandException.BadInput(strategy.Name, "a strategy is named twice");
    }

    private IReadOnlyList<KnownWindow> ReadBank(ParseResult parsed)
    {
        string directory = parsed.GetValue(from) ?? Path.Combine(CorpusLocation.Find(from.Name), "windows");
        return Directory.Exists(directory)
            ? WindowBank.Read(directory)
            : throw CommandException.BadInput(from.Name, $"there is no directory '{directory}'");
    }
}
