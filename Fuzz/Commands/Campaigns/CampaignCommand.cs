// `campaign`: search for violations for a time or a number of runs, and explain each one. Findings are written as they
// come, so a campaign that is killed loses nothing that was found; only findings that are not listed as known make it fail.

using System.CommandLine;
using Managarm.Perf.Fuzz.Campaigns;
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

    private readonly Option<string> calls = CommandOptions.MakeCalls();
    private readonly Option<bool> relax = CommandOptions.MakeRelaxDispatch();

    private readonly Option<string> corpus = MakeCorpus();

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
            + "Example:\n  campaign --time 60s --protocol tristate\n  campaign --runs 100000 --protocol all --seed 7 --jobs 2")
        {
            self.time, self.runs, self.protocol, self.profile, self.seed, self.jobs, self.shard, self.calls, self.corpus,
            self.relax, self.data, self.defect, self.json,
        };
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string root = CommandOptions.DataDirectory(parsed, data, context);
        string findings = Path.Combine(root, "findings");
        string pending = Path.Combine(root, "pending");
        CampaignOptions options = ReadOptions(parsed);
        CommandOptions.PrepareData(data, findings);
        var campaign = new Campaign(options);
        bool asJson = parsed.GetValue(json);
        var observer = new CampaignObserver(context, options, findings, pending, printsDigests: !asJson);
        using CancellationTokenRegistration notice = context.Stop.Register(observer.AcknowledgeStop);
        CampaignReport report = campaign.Run(observer, context.Stop);
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
        bool isNew = observer.NewCount > 0 || report.Unshrunk.Any(each => each.IsFirstOfItsKind);
        return isNew ? CommandExit.Findings : CommandExit.Clean;
    }

    private CampaignOptions ReadOptions(ParseResult parsed)
    {
        bool hasRuns = parsed.GetValue(runs) is not null;
        bool hasTime = parsed.GetValue(time) is not null;
        if (hasRuns && hasTime)
        {
            throw CommandException.BadInput(time.Name, "give either --time or --runs, not both");
        }

        IReadOnlyList<IProtocol> protocols = CommandOptions.Protocols(parsed, protocol);
        CommandOptions.RefuseUselessRelaxation(parsed, relax, protocols);
        TimeSpan limit = hasTime ? CommandOptions.Time(parsed, time) : TimeSpan.FromSeconds(DefaultTimeSeconds);
        return new CampaignOptions
        {
            Protocols = protocols,
            Profile = NamedThings.ProfileOf(profile.Name, parsed.GetValue(profile) ?? "managarm"),
            Seed = CommandOptions.Number(parsed, seed, 1, 0, ulong.MaxValue),
            Runs = (long)CommandOptions.Number(parsed, runs, 0, 1, long.MaxValue),
            Time = hasRuns ? TimeSpan.Zero : limit,
            Jobs = (int)CommandOptions.Number(parsed, jobs, (ulong)Environment.ProcessorCount, 1, MaximumJobs),
            Shard = CommandOptions.ShardOf(parsed, shard),
            JudgesAllCalls = CommandOptions.CoversAll(parsed, calls),
            RelaxesDispatch = parsed.GetValue(relax),
            Defects = CommandOptions.Defects(parsed, defect),
            CorpusDirectory = ReadCorpus(parsed, corpus),
            Known = CorpusLocation.LoadKnown(),
        };
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
        IGrouping<string, CampaignFinding>[] reasons = [.. known.GroupBy(each => each.Known!.Reason)];
        string ofReasons = known.Length == 0 ? "" : $" of {Plural.Of(reasons.Length, "reason")}";
        context.Output.WriteLine($"{Plural.Of(observer.NewCount, "new finding")}, {known.Length} known{ofReasons}");
        foreach (CampaignFinding each in observer.Found.Where(each => each.Known is null))
        {
            context.Output.WriteLine($"  new    {each.Folder}");
        }

        foreach (IGrouping<string, CampaignFinding> reason in reasons)
        {
            context.Output.WriteLine($"  known  {Plural.Of(reason.Count(), "time"),9}: {reason.Key}");
        }

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
}
