// `explore`: every interleaving, not a sample. Of a scenario (`explore FILE`), of all small scenarios (--all-small), or of the
// lock-free primitives (--primitives). Each has a mode of its own; options of one mode are refused beside another.

using System.CommandLine;
using Managarm.Perf.Fuzz.Exploring;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Exploring;

/// <summary>Explores completely.</summary>
internal sealed class ExploreCommand
{
    private const ulong DefaultRuns = 1_000_000;
    private const ulong DefaultSmallRuns = 5_000;
    private const ulong MaximumRuns = 1_000_000_000_000;
    private const ulong MaximumAudit = 1_000_000;
    private const ulong MaximumJobs = 256;

    private readonly Argument<string[]> files = new("FILE")
    {
        Description = "Scenario files, folders of findings, or certificates to check again.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> allSmall = new("--all-small")
    {
        Description = "Explore every scenario over a small alphabet.",
    };

    private readonly Option<string> protocol = CommandOptions.MakeProtocol(
        "Protocols, or all (default: the schedule line's, else tristate).");

    private readonly Option<string> profile = CommandOptions.MakeProfile();
    private readonly Option<string> defect = CommandOptions.MakeDefect();

    private readonly Option<string> runs = CommandOptions.Make(
        "--runs", "N", $"Runs at most per scenario (default {DefaultRuns}, with --all-small {DefaultSmallRuns}).");

    private readonly Option<string> reduction = CommandOptions.Make(
        "--reduction", "R", "What is left out: source (default: all that differs in nothing), sleep (less), none (nothing).");

    private readonly Option<string> audit = CommandOptions.Make(
        "--audit", "N", "Shuffle N random runs first, to see that orders that ought to be equal are.");

    private readonly Option<bool> resume = new("--resume")
    {
        Description = "Go on where the last exploration of the same was stopped; with --all-small: with what it left open.",
    };

    private readonly Option<string> calls = CommandOptions.Make(
        "--calls", "N", "With --all-small: calls of both actors together, 1 to 3 (default 2).");

    private readonly Option<string> signals = CommandOptions.Make(
        "--signals", "N", "With --all-small: signals, 0 to 2 (default 1).");

    private readonly Option<string> jobs = CommandOptions.Make("--jobs", "N", "With --all-small: threads (default: processors).");
    private readonly Option<string> shard = CommandOptions.Make("--shard", "I/N", "With --all-small: the I-th of N parts.");
    private readonly Option<string> data = CommandOptions.MakeData();
    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly ExplorePrimitivesMode primitives;
    private readonly CommandContext context;

    private ExploreCommand(CommandContext context)
    {
        this.context = context;
        primitives = new ExplorePrimitivesMode(context);
    }

    internal static Command Create(CommandContext context)
    {
        var self = new ExploreCommand(context);
        var command = new Command(
            "explore",
            "Explores all interleavings: of scenarios, of all small scenarios, or of the lock-free primitives. A scenario that\n"
            + "is clean gets a certificate.\n\n"
            + "Example:\n  explore Corpus/seeds/read-signal.scn --protocol tristate,monolithic\n"
            + "  explore .managarm-perf/certificates/tristate-managarm-0123456789abcdef.json\n"
            + "  explore --all-small --protocol all\n"
            + "  explore --primitives --defects\n  explore --primitives --memory weak --show spsc-publish-no-release")
        {
            self.files, self.allSmall, self.primitives.Chosen,
        };
        foreach (Option option in self.ScenarioOptions.Concat(self.SmallOptions).Concat(self.primitives.OwnOptions).Distinct())
        {
            command.Options.Add(option);
        }

        command.Options.Add(self.json);
        command.SetAction(self.Run);
        return command;
    }

    private IReadOnlyList<Option> ScenarioOptions => [protocol, profile, defect, runs, reduction, audit, resume, data];

    private IReadOnlyList<Option> SmallOptions => [protocol, profile, defect, runs, resume, calls, signals, jobs, shard, data];

    private int Run(ParseResult parsed)
    {
        bool hasFiles = parsed.GetValue(files) is { Length: > 0 };
        bool isSmall = parsed.GetValue(allSmall);
        bool isPrimitives = parsed.GetValue(primitives.Chosen);
        if ((hasFiles ? 1 : 0) + (isSmall ? 1 : 0) + (isPrimitives ? 1 : 0) != 1)
        {
            throw CommandException.BadInput("explore", "give one of: files, --all-small, --primitives");
        }

        RefuseOthers(parsed, isPrimitives ? primitives.OwnOptions : isSmall ? SmallOptions : ScenarioOptions);
        if (isPrimitives)
        {
            return primitives.Run(parsed, parsed.GetValue(json));
        }

        if (parsed.GetValue(files)!.FirstOrDefault(static path => path.StartsWith("--", StringComparison.Ordinal)) is { } unknown)
        {
            throw CommandException.BadInput(unknown, "no such command, option or argument; see --help");
        }

        return isSmall ? RunSmall(parsed) : RunScenarios(parsed);
    }

    private void RefuseOthers(ParseResult parsed, IReadOnlyList<Option> own)
    {
        Option? other = ScenarioOptions.Concat(SmallOptions).Concat(primitives.OwnOptions)
            .FirstOrDefault(option => !own.Contains(option) && parsed.GetResult(option) is { Implicit: false });
        if (other is not null)
        {
            throw CommandException.BadInput(other.Name, "has no effect on what is explored here");
        }
    }

    private int RunScenarios(ParseResult parsed)
    {
        var mode = new ExploreScenarioMode(context)
        {
            Protocols = parsed.GetValue(protocol) is null ? [] : CommandOptions.Protocols(parsed, protocol),
            Rules = parsed.GetValue(profile) is { } name ? NamedThings.ProfileOf(profile.Name, name) : null,
            Defects = parsed.GetValue(defect) is null ? null : CommandOptions.Defects(parsed, defect),
            RunsMax = (long)CommandOptions.Number(parsed, runs, DefaultRuns, 1, MaximumRuns),
            Reduction = ReductionOf(parsed),
            Resumes = parsed.GetValue(resume),
            AuditRuns = (int)CommandOptions.Number(parsed, audit, 0, 0, MaximumAudit),
            DataDirectory = CommandOptions.DataDirectory(parsed, data, context),
            AsJson = parsed.GetValue(json),
        };
        foreach (string directory in mode.Directories)
        {
            CommandOptions.PrepareData(data, directory);
        }

        return mode.Run(parsed.GetRequiredValue(files));
    }

    private int RunSmall(ParseResult parsed)
    {
        var mode = new ExploreSmallMode(context)
        {
            Protocols = CommandOptions.Protocols(parsed, protocol),
            Rules = parsed.GetValue(profile) is { } name ? NamedThings.ProfileOf(profile.Name, name) : Profile.Managarm,
            Defects = CommandOptions.Defects(parsed, defect),
            RunsMax = (long)CommandOptions.Number(parsed, runs, DefaultSmallRuns, 1, MaximumRuns),
            CallsMax = (int)CommandOptions.Number(parsed, calls, 2, 1, 3),
            SignalsMax = (int)CommandOptions.Number(parsed, signals, 1, 0, 2),
            Jobs = (int)CommandOptions.Number(parsed, jobs, (ulong)Environment.ProcessorCount, 1, MaximumJobs),
            Share = CommandOptions.ShardOf(parsed, shard),
            Resumes = parsed.GetValue(resume),
            DataDirectory = CommandOptions.DataDirectory(parsed, data, context),
            AsJson = parsed.GetValue(json),
        };
        CommandOptions.PrepareData(data, mode.RecordDirectory);
        return mode.Run();
    }

    private Reduction ReductionOf(ParseResult parsed) => (parsed.GetValue(reduction) ?? "source") switch
    {
        "source" => Reduction.Source,
        "sleep" => Reduction.Sleep,
        "none" => Reduction.None,
        string other => throw CommandException.BadInput(reduction.Name, $"'{other}' is neither source, sleep nor none"),
    };
}
