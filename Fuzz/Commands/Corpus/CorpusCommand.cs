// `corpus`: what a collection of scenarios is worth, whether it is in order, and how it becomes smaller, larger or another one.
// What is written is a new folder, and it is there whole or not at all. See docs/corpus.md.

using System.CommandLine;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Corpora;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Corpus;

/// <summary>Makes the command `corpus` with its parts.</summary>
internal sealed class CorpusCommand
{
    private const int MaximumJobs = 256;
    private const int MaximumSchedules = 100_000;

    private readonly Argument<string> directory = new("DIR")
    {
        Description = "Directory with scenarios (*.scn) in it or below, or that of a campaign.",
    };

    private readonly Argument<string> source = new("DIR")
    {
        Description = "Directory of AFL++, libFuzzer or SharpFuzz, or of scenarios.",
    };

    private readonly Argument<string[]> directories = new("DIR")
    {
        Description = "Directories as for the other parts; the scenarios of the first come first.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> place = CommandOptions.Make(
        "-o", "OUT", "The new directory; it must not exist, or be empty.");

    private readonly Option<string> protocol = CommandOptions.MakeProtocol(
        "Protocols, separated by commas, or all (default: those of the campaign, else tristate).");

    private readonly Option<string> schedules = CommandOptions.Make(
        "--schedules", "N",
        $"Schedules drawn for each scenario beside the one without preemptions (default {MeasureOptions.DefaultSchedules}).");

    private readonly Option<string> jobs = CommandOptions.Make("--jobs", "N", "Worker threads (default: one per processor).");
    private readonly Option<bool> bytes = new("--bytes") { Description = "Write the bytes that fuzzing engines start from." };
    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly CommandContext context;

    private CorpusCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var self = new CorpusCommand(context);
        return new Command(
            "corpus",
            "Looks after collections of scenarios, such as those of campaigns. `stats` has --json.\n\n"
            + "Example:\n  corpus stats nights/tristate\n  corpus merge nights/a nights/b -o both\n"
            + "  corpus minimize both -o small")
        {
            self.CreateStats(), self.CreateCheck(), self.CreateMerge(), self.CreateMinimize(), self.CreateImport(),
            self.CreateExport(),
        };
    }

    private Command CreateStats()
    {
        var command = new Command(
            "stats", "Says what a corpus holds and which features it covers.\n\n"
            + "Example:\n  corpus stats nights/tristate\n  corpus stats Corpus/seeds --protocol tristate,ordered --json")
        {
            directory, protocol, schedules, jobs, json,
        };
        command.SetAction(parsed => Guard(PathOf(parsed, directory), path =>
        {
            CorpusFolder corpus = CorpusFolder.Open(path);
            return new CorpusStatsMode(context).Run(corpus, Options(parsed, corpus), parsed.GetValue(json));
        }));
        return command;
    }

    private Command CreateCheck()
    {
        var command = new Command(
            "check", "Checks that every file is a scenario, in its layout, comes back from its bytes and is there once.\n\n"
            + "Example:\n  corpus check nights/tristate")
        {
            directory,
        };
        command.SetAction(parsed => Guard(PathOf(parsed, directory), path =>
            new CorpusCheckMode(context).Run(CorpusFolder.Open(path))));
        return command;
    }

    private Command CreateMerge()
    {
        var command = new Command(
            "merge", "Makes one corpus of several, with each scenario once.\n\n"
            + "Example:\n  corpus merge nights/a nights/b -o both")
        {
            directories, place,
        };
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetRequiredValue(directories);
            Array.ForEach(paths, path => CommandOptions.RequirePath(path, directories.Name));
            return Guard(paths[0], _ => Merge([.. paths.Select(CorpusFolder.Open)], RequiredPlace(parsed)));
        });
        return command;
    }

    private Command CreateMinimize()
    {
        var command = new Command(
            "minimize", "Keeps as few and cheap scenarios as show all features; without -o the corpus is replaced.\n\n"
            + "Example:\n  corpus minimize nights/tristate -o small")
        {
            directory, place, protocol, schedules, jobs,
        };
        command.SetAction(parsed => Guard(PathOf(parsed, directory), path =>
        {
            CorpusFolder corpus = CorpusFolder.Open(path);
            return new CorpusMinimizeMode(context).Run(corpus, Place(parsed), Options(parsed, corpus));
        }));
        return command;
    }

    private Command CreateImport()
    {
        var command = new Command(
            "import", "Makes scenarios of what a fuzzing engine has found.\n\nExample:\n  corpus import afl/out -o found")
        {
            source, place,
        };
        command.SetAction(parsed => Guard(PathOf(parsed, source), path => Import(path, RequiredPlace(parsed))));
        return command;
    }

    private Command CreateExport()
    {
        var command = new Command(
            "export", "Writes each scenario as bytes for a fuzzing engine, into a file called by its hash.\n\n"
            + "Example:\n  corpus export Corpus/seeds --bytes -o afl/in")
        {
            directory, bytes, place,
        };
        command.SetAction(parsed => Guard(PathOf(parsed, directory), path => Export(parsed, path)));
        return command;
    }

    private int Merge(CorpusFolder[] folders, string target)
    {
        context.Progress.Say("merging");
        IReadOnlyList<int> added = CorpusMerge.Run(folders, target, context.Stop);
        for (int i = 0; i < folders.Length; i++)
        {
            int present = folders[i].Files.Count - added[i];
            context.Output.WriteLine($"{folders[i].Root}: {Plural.Of(added[i], "scenario")} added, {present} already there");
        }

        context.Output.WriteLine($"{target}: {Plural.Of(added.Sum(), "scenario")}");
        return CommandExit.Clean;
    }

    private int Import(string path, string target)
    {
        context.Progress.Say($"importing {path}");
        ImportReport report = CorpusImport.Run(path, target, CorpusImport.Any, context.Stop);
        foreach (string line in report.Refused)
        {
            context.Error.WriteLine(line);
        }

        context.Output.WriteLine(
            $"{target}: {Plural.Of(report.Entries, "scenario")} of {Plural.Of(report.Files, "file")}, "
            + $"{Plural.Of(report.Duplicates, "duplicate")} dropped, {report.Refused.Count} not decoded");
        return report.Refused.Count == 0 ? CommandExit.Clean : CommandExit.BadInput;
    }

    private int Export(ParseResult parsed, string path)
    {
        if (!parsed.GetValue(bytes))
        {
            throw CommandException.BadInput(bytes.Name, "is needed; there is no other form to export");
        }

        string target = RequiredPlace(parsed);
        context.Progress.Say($"exporting {path}");
        int files = CorpusExport.Run(CorpusFolder.Open(path), target, context.Stop);
        context.Output.WriteLine($"{target}: {Plural.Of(files, "file")}");
        return CommandExit.Clean;
    }

    private static int Guard(string path, Func<string, int> work)
    {
        try
        {
            return work(path);
        }
        catch (OperationCanceledException)
        {
            throw CommandException.Interrupted(path, "interrupted; nothing was changed");
        }
    }

    private MeasureOptions Options(ParseResult parsed, CorpusFolder corpus)
    {
        CampaignOptions? own = corpus.Campaign?.Options;
        return new MeasureOptions
        {
            Protocols = own is not null && parsed.GetValue(protocol) is null
                ? own.Protocols
                : CommandOptions.Protocols(parsed, protocol),
            Profile = own?.Profile ?? default,
            RelaxesDispatch = own?.RelaxesDispatch ?? false,
            Schedules = (int)CommandOptions.Number(
                parsed, schedules, MeasureOptions.DefaultSchedules, 0, MaximumSchedules),
            Jobs = (int)CommandOptions.Number(parsed, jobs, (ulong)Environment.ProcessorCount, 1, MaximumJobs),
            Tell = done => context.Progress.Say(() => $"{done} of {corpus.Files.Count} scenarios"),
        };
    }

    private static string PathOf(ParseResult parsed, Argument<string> argument) => CommandOptions.RequiredPath(parsed, argument);

    private string? Place(ParseResult parsed) => parsed.GetValue(place) is { } target
        ? target.Length > 0 ? target : throw CommandException.BadInput(place.Name, "a path is needed")
        : null;

    private string RequiredPlace(ParseResult parsed) =>
        Place(parsed) ?? throw CommandException.BadInput(place.Name, "is missing; see --help");
}
