// `campaign`: search for violations for a time or a number of runs, and explain each one. Findings are written as they
// come, so a campaign that is killed loses nothing that was found; only findings that are not listed as known make it fail.

using System.CommandLine;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Commands.Campaigns;

/// <summary>Runs a campaign.</summary>
internal sealed class CampaignCommand
{
    private const int DefaultTimeSeconds = 60;
    private const int MaximumJobs = 256;

    private readonly Option<string> time = CommandOptions.Make(
        "--time", "T", $"How long to search, such as 60s, 5m or 8h (default {DefaultTimeSeconds}s).");

    private readonly Option<string> runs = CommandOptions.Make(
        "--runs", "N", "How many runs to make instead; equal findings for any number of jobs.");

    private readonly Option<string> protocol = CommandOptions.MakeProtocol(
        "Protocols, separated by commas, or all (default tristate).");

    private readonly Option<string> profile = CommandOptions.MakeProfile();
    private readonly Option<string> seed = CommandOptions.Make("--seed", "N", "Master seed (default 1).");
    private readonly Option<string> jobs = CommandOptions.Make("--jobs", "N", "Worker threads (default: one per processor).");
    private readonly Option<string> shard = CommandOptions.Make("--shard", "I/N", "Make only the I-th of N parts of the runs.");

    private readonly Option<string> repaired = CommandOptions.Make(
        "--repaired", "PERCENT",
        $"Share of the runs with all windows of a protocol repaired (default {CampaignOptions.DefaultRepairedPercent}).");

    private readonly Option<string> calls = CommandOptions.MakeCalls();
    private readonly Option<bool> relax = CommandOptions.MakeRelaxDispatch();

    private readonly Option<string> corpus = MakeCorpus();

    private readonly Option<string> steps = CommandOptions.Make(
        "--steps", "N", "How many steps to take instead; equal findings on every machine, for campaigns with --dir.");

    private readonly Option<string> dir = CommandOptions.Make(
        "--dir", "DIR", "Begin a campaign that lasts: its state, corpus and findings are kept in this new directory.");

    private readonly Option<string> resume = CommandOptions.Make(
        "--resume", "DIR", "Go on with the campaign of this directory, whatever ended it, with its own options.");

    private readonly Argument<string> statusOf = new("DIR") { Description = "Directory of a campaign." };

    private readonly Argument<string?> listOf = new("DIR")
    {
        Description = "Directory with campaigns in it or below (default: the data root).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> parts = new("DIR")
    {
        Description = "Directories of the parts, made with --shard.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> place = CommandOptions.Make(
        "-o", "OUT", "The new directory; it must not exist, or be empty.");

    private readonly Argument<string[]> reportOf = new("DIR")
    {
        Description = "Directories with campaigns in them or below.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> sarif = CommandOptions.Make("--sarif", "FILE", "Write SARIF 2.1.0, for code scanning.");
    private readonly Option<string> junit = CommandOptions.Make("--junit", "FILE", "Write JUnit XML, for dashboards of CI.");

    private readonly Option<string> markdown = CommandOptions.Make(
        "--markdown", "FILE", "Write Markdown; without any of the three it is printed.");

    private readonly Option<string> data = CommandOptions.MakeData();
    private readonly Option<string> defect = CommandOptions.MakeDefect();
    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly CommandContext context;

    private CampaignCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Option<string> MakeCorpus() => CommandOptions.Make(
        "--corpus", "DIR", "Scenarios to start from, or empty (default: the project's seeds).");

    internal static Command Create(CommandContext context)
    {
        var self = new CampaignCommand(context);
        var command = new Command(
            "campaign",
            "Searches for schedules and scenarios under which a protocol breaks its promises.\n\n"
            + "Example:\n  campaign --time 60s --protocol tristate\n  campaign --runs 100000 --protocol all --seed 7 --jobs 2\n"
            + "  campaign --dir nights/tristate --time 8h\n  campaign --resume nights/tristate --time 8h")
        {
            self.time, self.runs, self.steps, self.dir, self.resume, self.protocol, self.profile, self.seed, self.jobs,
            self.shard, self.repaired, self.calls, self.corpus, self.relax, self.data, self.defect, self.json,
        };
        command.SetAction(self.Run);
        command.Add(self.CreateStatus());
        command.Add(self.CreateList());
        command.Add(self.CreateMerge());
        command.Add(self.CreateReport());
        return command;
    }

    private Command CreateStatus()
    {
        var command = new Command(
            "status", "Says how far a campaign is and what it has found.\n\nExample:\n  campaign status nights/tristate --json")
        {
            statusOf, json,
        };
        command.SetAction(parsed => new CampaignStatusMode(context).Status(parsed.GetValue(statusOf)!, parsed.GetValue(json)));
        return command;
    }

    private Command CreateList()
    {
        var command = new Command("list", "Lists campaigns.\n\nExample:\n  campaign list nights") { listOf, data, json };
        command.SetAction(parsed => new CampaignStatusMode(context).List(
            parsed.GetValue(listOf) ?? CommandOptions.DataDirectory(parsed, data, context), parsed.GetValue(json)));
        return command;
    }

    private Command CreateMerge()
    {
        var command = new Command(
            "merge", "Makes one campaign of the parts that several machines have made; it can be gone on with.\n\n"
            + "Example:\n  campaign merge nights/part1 nights/part2 -o nights/whole")
        {
            parts, place,
        };
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetRequiredValue(parts);
            Array.ForEach(paths, path => CommandOptions.RequirePath(path, parts.Name));
            string target = parsed.GetValue(place) is { Length: > 0 } given
                ? given
                : throw CommandException.BadInput(place.Name, "a path is needed");
            return new CampaignMergeMode(context).Run(paths, target);
        });
        return command;
    }

    private Command CreateReport()
    {
        var command = new Command(
            "report",
            "Says what campaigns have found; the exit code is 1 when something is new.\n\n"
            + "Example:\n  campaign report nights\n"
            + "  campaign report nights --sarif night.sarif --junit night.xml --markdown night.md")
        {
            reportOf, sarif, junit, markdown,
        };
        command.SetAction(parsed => new CampaignReportMode(context).Run(
            parsed.GetRequiredValue(reportOf), parsed.GetValue(sarif), parsed.GetValue(junit), parsed.GetValue(markdown)));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        using CampaignDirectory? directory = OpenDirectory(parsed);
        CampaignOptions options = directory?.State is { } state ? GoOn(parsed, state.Options) : ReadOptions(parsed);
        string root = directory?.Root ?? CommandOptions.DataDirectory(parsed, data, context);
        string findings = Path.Combine(root, CampaignDirectory.FindingsName);
        string pending = Path.Combine(root, CampaignDirectory.PendingName);
        CommandOptions.PrepareData(directory is null ? data : directory.State is null ? dir : resume, findings);
        var campaign = new Campaign(options, directory);
        bool asJson = parsed.GetValue(json);
        var observer = new CampaignObserver(
            context, options, findings, pending, printsDigests: !asJson, isTimeless: directory is not null);
        observer.Remember(directory?.State);
        using CancellationTokenRegistration notice = context.Stop.Register(observer.AcknowledgeStop);
        CampaignReport report = campaign.Run(observer, context.Stop);
        return End(report, options, observer, pending, asJson);
    }

    private int End(CampaignReport report, CampaignOptions options, CampaignObserver observer, string pending, bool asJson)
    {
        if (asJson)
        {
            CampaignDocument.Write(context.Output, options, report, observer.Found, context.Stop.IsCancellationRequested);
        }
        else
        {
            PrintSummary(report, observer, pending);
        }

        if (context.Stop.IsCancellationRequested)
        {
            return CommandExit.Interrupted;
        }

        // What could not be shrunk in time and has no like is not known to be known.
        bool isNew = observer.NewCount + observer.RememberedNewCount > 0 || report.Unshrunk.Any(each => each.IsFirstOfItsKind);
        return isNew ? CommandExit.Findings : CommandExit.Clean;
    }

    private CampaignDirectory? OpenDirectory(ParseResult parsed)
    {
        string? begun = parsed.GetValue(dir);
        string? old = parsed.GetValue(resume);
        if (begun is not null && old is not null)
        {
            throw CommandException.BadInput(resume.Name, "give either --dir or --resume, not both");
        }

        if (begun is null && old is null)
        {
            return parsed.GetValue(steps) is null
                ? null
                : throw CommandException.BadInput(steps.Name, "goes with --dir or --resume only");
        }

        if (parsed.GetValue(data) is not null)
        {
            throw CommandException.BadInput(data.Name, "a campaign that lasts keeps everything in its own directory");
        }

        Option<string> option = begun is not null ? dir : resume;
        DataFolder.Check(option.Name, begun ?? old!);
        try
        {
            return begun is not null ? CampaignDirectory.Create(begun) : CampaignDirectory.Open(old!);
        }
        catch (CorpusException refused)
        {
            throw CommandException.BadInput(option.Name, refused.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Environment($"{option.Name}: {begun ?? old}: {failure.Message.TrimEnd('.')}");
        }
    }

    /// <summary>What belongs to a campaign stays as it is; budgets and jobs are those of the session.</summary>
    private CampaignOptions GoOn(ParseResult parsed, CampaignOptions own)
    {
        foreach (Option option in new Option[] { protocol, profile, seed, shard, repaired, calls, relax, corpus, defect })
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw CommandException.BadInput(option.Name, "belongs to the campaign and cannot be changed when it is resumed");
            }
        }

        return WithBudget(parsed, own) with { Known = CorpusLocation.LoadKnown() };
    }

    private CampaignOptions WithBudget(ParseResult parsed, CampaignOptions options)
    {
        Option<string>[] given = [.. new[] { time, runs, steps }.Where(each => parsed.GetValue(each) is not null)];
        if (given.Length > 1)
        {
            throw CommandException.BadInput(given[0].Name, $"give one of --time, --runs and --steps, not also {given[1].Name}");
        }

        TimeSpan limit = given.Length > 0 && given[0] == time
            ? CommandOptions.Time(parsed, time)
            : TimeSpan.FromSeconds(DefaultTimeSeconds);
        return options with
        {
            Runs = (long)CommandOptions.Number(parsed, runs, 0, 1, long.MaxValue),
            Steps = (long)CommandOptions.Number(parsed, steps, 0, 1, long.MaxValue),
            Time = given.Length > 0 && given[0] != time ? TimeSpan.Zero : limit,
            Jobs = (int)CommandOptions.Number(parsed, jobs, (ulong)Environment.ProcessorCount, 1, MaximumJobs),
        };
    }

    private CampaignOptions ReadOptions(ParseResult parsed)
    {

        IReadOnlyList<IProtocol> protocols = CommandOptions.Protocols(parsed, protocol);
        CommandOptions.RefuseUselessRelaxation(parsed, relax, protocols);
        return WithBudget(parsed, new CampaignOptions
        {
            Protocols = protocols,
            Profile = NamedThings.ProfileOf(profile.Name, parsed.GetValue(profile) ?? "managarm"),
            Seed = CommandOptions.Number(parsed, seed, 1, 0, ulong.MaxValue),
            Shard = CommandOptions.ShardOf(parsed, shard),
            RepairedPercent = (int)CommandOptions.Number(parsed, repaired, CampaignOptions.DefaultRepairedPercent, 0, 100),
            JudgesAllCalls = CommandOptions.CoversAll(parsed, calls),
            RelaxesDispatch = parsed.GetValue(relax),
            Defects = CommandOptions.Defects(parsed, defect),
            CorpusDirectory = ReadCorpus(parsed, corpus),
            Known = CorpusLocation.LoadKnown(),
        });
    }

    internal static string? ReadCorpus(ParseResult parsed, Option<string> corpus)
    {
        string? text = parsed.GetValue(corpus);
        if (text == "empty")
        {
            return null;
        }

        if (text is not null && !Directory.Exists(text))
        {
            throw CommandException.BadInput(corpus.Name, $"there is no directory '{text}'");
        }

        return text ?? CorpusLocation.FindSeeds(corpus.Name);
    }

    private void PrintSummary(CampaignReport report, CampaignObserver observer, string pending)
    {
        context.Output.WriteLine(CampaignObserver.Describe(report.Totals));
        CampaignFinding[] known = [.. observer.Found.Where(each => each.Known is not null)];
        int causes = report.Causes.Count(line => observer.KnownReasonOf(line.Protocol, line.Cause) is not null);
        string ofCauses = known.Length == 0 ? "" : $" of {Plural.Of(causes, "cause")}";
        context.Output.WriteLine($"{Plural.Of(observer.NewCount, "new finding")}, {known.Length} known{ofCauses}");
        if (observer.Remembered.Count > 0)
        {
            context.Output.WriteLine(
                $"before this session: {Plural.Of(observer.RememberedNewCount, "new finding")}, "
                + $"{observer.Remembered.Count - observer.RememberedNewCount} known");
        }

        foreach (CampaignFinding each in observer.Found.Where(each => each.Known is null))
        {
            context.Output.WriteLine($"  new    {each.Folder}");
        }

        PrintCauses(report, observer);
        if (known.Length > 0)
        {
            context.Output.WriteLine($"`run FOLDER` tells a finding, such as {known[0].Folder}");
        }

        if (report.Unshrunk.Count > 0)
        {
            context.Output.WriteLine(
                $"{Plural.Of(report.Unshrunk.Count, "violation")} not shrunk in time, "
                + $"{report.Unshrunk.Count(each => each.IsFirstOfItsKind)} of a kind of which none was: "
                + $"`shrink` the files in {pending}");
        }

        if (context.Stop.IsCancellationRequested)
        {
            context.Output.WriteLine("interrupted; everything found so far is saved");
        }
    }

    /// <summary>A line per cause: what is new first.</summary>
    private void PrintCauses(CampaignReport report, CampaignObserver observer)
    {
        var lines = report.Causes.Select(line => (Line: line, Known: observer.KnownReasonOf(line.Protocol, line.Cause)));
        foreach ((CampaignCauseLine line, KnownFinding? known) in lines.OrderBy(static each => each.Known is not null))
        {
            string word = known is null ? "new" : "known";
            string runs = Plural.Of(line.Runs, "run");
            string reason = known is null ? "" : ": " + known.Reason;
            context.Output.WriteLine($"  {word,-6} {line.Cause} of {line.Protocol}, in {runs}{reason}");
        }

        if (report.LeftOut > 0)
        {
            context.Output.WriteLine(
                $"  {Plural.Of(report.LeftOut, "violation")} more of kinds that were examined, not counted for any cause");
        }
    }
}
