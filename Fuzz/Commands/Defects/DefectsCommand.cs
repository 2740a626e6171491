// `defects`: the bank of planted defects. `list` says what there is, `hunt` counts the runs that a campaign needs until it
// notices each, and `compare` puts two hunts side by side: so a change of what scenarios and schedules are drawn is judged by all
// defects at once. See docs/defects.md.

using System.CommandLine;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Commands.Campaigns;
using Managarm.Perf.Fuzz.Defects;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Defects;

/// <summary>Makes the command `defects` with its parts.</summary>
internal sealed class DefectsCommand
{
    private const ulong MaximumSeeds = 10_000;
    private const ulong MaximumRuns = 1_000_000_000;
    private const int MaximumJobs = 256;

    private static readonly DefectHuntOptions Defaults = new();

    private readonly Argument<string[]> names = new("NAME")
    {
        Description = "Defects as `defects list` names them (default: all).",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Argument<string> before = new("BEFORE") { Description = "What `defects hunt --out` wrote." };
    private readonly Argument<string> after = new("AFTER") { Description = "The same after a change." };

    private readonly Option<string> protocol = CommandOptions.MakeProtocol(
        "Look for all of them under this protocol (default: for each under its own, the first of `defects list`).");

    private readonly Option<string> seeds = CommandOptions.Make(
        "--seeds", "N", $"Hunt with each master seed from 1 to this one (default {Defaults.Seeds}).");

    private readonly Option<string> runs = CommandOptions.Make(
        "--runs", "N", $"Runs per defect and seed at most (default {Defaults.Runs}).");

    private readonly Option<string> corpus = CampaignCommand.MakeCorpus();

    private readonly Option<string> feedback = CommandOptions.Make(
        "--feedback", "WHICH", "Let the corpus grow by new features, like a campaign's (features, default), or not (none).");

    private readonly Option<bool> together = new("--together")
    {
        Description = "Plant all of them at once: cheap, to compare two hunts that are both made so.",
    };

    private readonly Option<string> jobs = CommandOptions.Make(
        "--jobs", "N", "Worker threads (default: one per processor); the result does not depend on it.");

    private readonly Option<string> to = CommandOptions.Make(
        "--out", "FILE", "Write the result into this file as well, as the document that `defects compare` reads.");

    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly CommandContext context;

    private DefectsCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var self = new DefectsCommand(context);
        var command = new Command(
            "defects",
            "Lists the defects that can be planted, hunts them, and compares two hunts; lists them when nothing else is asked\n"
            + "for. Each part has --json.\n\n"
            + "Example:\n  defects list\n  defects hunt flag-not-reset --seeds 20 --out before.json\n"
            + "  defects compare before.json after.json")
        {
            self.CreateList(), self.CreateHunt(), self.CreateCompare(),
        };
        command.SetAction(_ => new DefectsListMode(context).Run(asJson: false));
        return command;
    }

    private Command CreateList()
    {
        var command = new Command(
            "list", "Lists the defects: name, protocols in which a campaign finds it, and what is wrong.\n\n"
            + "Example:\n  defects list --json")
        {
            json,
        };
        command.SetAction(parsed => new DefectsListMode(context).Run(parsed.GetValue(json)));
        return command;
    }

    private Command CreateHunt()
    {
        var command = new Command(
            "hunt", "Counts, per defect and master seed, the runs of a campaign until one shows the defect.\n\n"
            + "Example:\n  defects hunt --out before.json\n  defects hunt end-of-file-not-told fork-forgets-mask --corpus empty\n"
            + "  defects hunt --protocol tristate --seeds 5 --runs 100000")
        {
            names, protocol, seeds, runs, corpus, feedback, together, jobs, to, json,
        };
        command.SetAction(Hunt);
        return command;
    }

    private Command CreateCompare()
    {
        var command = new Command(
            "compare", "Says per defect how the median number of runs has changed, and whether that can be chance.\n\n"
            + "Example:\n  defects compare before.json after.json")
        {
            before, after, json,
        };
        command.SetAction(parsed => new DefectsCompareMode(context).Run(
            DefectHuntRecord.Read(CommandOptions.RequiredPath(parsed, before)),
            DefectHuntRecord.Read(CommandOptions.RequiredPath(parsed, after)), parsed.GetValue(json)));
        return command;
    }

    private int Hunt(ParseResult parsed)
    {
        string? name = parsed.GetValue(protocol);
        var options = new DefectHuntOptions
        {
            Protocol = name is null ? null : NamedThings.FindProtocol(protocol.Name, name),
            CorpusDirectory = CampaignCommand.ReadCorpus(parsed, corpus),
            Seeds = (int)CommandOptions.Number(parsed, seeds, (ulong)Defaults.Seeds, 1, MaximumSeeds),
            Runs = CommandOptions.Number(parsed, runs, Defaults.Runs, 1, MaximumRuns),
            HasFeedback = ReadFeedback(parsed),
            IsTogether = parsed.GetValue(together),
            Jobs = (int)CommandOptions.Number(parsed, jobs, (ulong)Environment.ProcessorCount, 1, MaximumJobs),
        };
        IReadOnlyList<Defect> defects = ReadDefects(parsed);
        RefuseDifferentWorlds(defects, options);
        return new DefectsHuntMode(context).Run(defects, options, OutputFile(parsed), parsed.GetValue(json));
    }

    private bool ReadFeedback(ParseResult parsed) => (parsed.GetValue(feedback) ?? "features") switch
    {
        "features" => true,
        "none" => false,
        string other => throw CommandException.BadInput(feedback.Name, $"'{other}' is neither features nor none"),
    };

    private void RefuseDifferentWorlds(IReadOnlyList<Defect> defects, DefectHuntOptions options)
    {
        int worlds = defects.Select(DefectHome.Of)
            .Select(home => (options.Protocol?.Name ?? home.Protocol, home.Profile, home.JudgesAllCalls, home.RelaxesDispatch))
            .Distinct().Count();
        if (options.IsTogether && worlds > 1)
        {
            throw CommandException.BadInput(
                together.Name, "these defects are looked for under different protocols or rules; name others, or a --protocol");
        }
    }

    private IReadOnlyList<Defect> ReadDefects(ParseResult parsed)
    {
        string[] wanted = parsed.GetValue(names) ?? [];
        if (wanted.Distinct().Count() < wanted.Length)
        {
            throw CommandException.BadInput(names.Name, "a defect is named twice");
        }

        DefectSet set = NamedThings.DefectsOf(names.Name, wanted);
        IEnumerable<Defect> all = Enumerable.Range(0, (int)Defect.Count).Select(each => (Defect)each);
        return [.. all.Where(each => wanted.Length == 0 || set.Has(each)).OrderBy(DefectNames.Of, StringComparer.Ordinal)];
    }

    /// <summary>The file for the result; it must be possible to write it before hours of work rely on it.</summary>
    private string? OutputFile(ParseResult parsed)
    {
        string? path = parsed.GetValue(to);
        if (path is null)
        {
            return null;
        }

        string? folder = path.Length == 0 ? null : Path.GetDirectoryName(Path.GetFullPath(path));
        return folder is not null && Directory.Exists(folder) && !Directory.Exists(path)
            ? path
            : throw CommandException.BadInput(to.Name, $"'{path}' is no file in a directory that exists");
    }
}
