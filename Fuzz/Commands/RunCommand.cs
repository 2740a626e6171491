// `run`: one scenario under one schedule or strategy. A schedule is followed strictly: if it does not fit the scenario,
// protocol or model any more, the command says at which deviation rather than run something else.

using System.CommandLine;
using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Runs a scenario.</summary>
internal sealed class RunCommand
{
    private const ulong DefaultSearchRuns = 1000;
    private const ulong MaximumRuns = 1_000_000_000;

    private readonly Argument<string> file = new("FILE") { Description = "A scenario file or the folder of a finding." };
    private readonly Option<string> protocol = CommandOptions.MakeProtocol(
        "Protocol (default: the schedule line's, else tristate).");

    private readonly Option<string> profile = CommandOptions.MakeProfile();

    private readonly Option<string> schedule = CommandOptions.Make(
        "--schedule", "LINE", "Schedule line to follow instead of the file's.");

    private readonly Option<string> strategy = CommandOptions.Make(
        "--strategy", "S", "Search instead: nonpreemptive, random, pct:D or delay:D.");

    private readonly Option<string> runs = CommandOptions.Make(
        "--runs", "N", $"How many runs a search may take (default {DefaultSearchRuns}).");

    private readonly Option<string> seed = CommandOptions.Make("--seed", "N", "Seed of a search (default 1).");
    private readonly Option<string> defect = CommandOptions.MakeDefect();
    private readonly Option<bool> trace = new("--trace") { Description = "Print every step of the last run." };

    private readonly Option<bool> format = new("--format")
    {
        Description = "Print the scenario in its normal form and do not run it.",
    };

    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly CommandContext context;

    private RunCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var self = new RunCommand(context);
        var command = new Command(
            "run",
            "Runs a scenario under its schedule, or searches schedules until one violates an invariant.\n\n"
            + "Example:\n  run Corpus/seeds/waitpid-signal.scn --protocol tristate --strategy delay:1 --runs 1000\n"
            + "  run .managarm-perf/findings/tristate-liveness-waitpid-9b13 --trace")
        {
            self.file, self.protocol, self.profile, self.schedule, self.strategy, self.runs, self.seed, self.defect,
            self.trace, self.format, self.json,
        };
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        FindingInput input = FindingInput.Read(CommandOptions.RequiredPath(parsed, file), context);
        Scenario scenario = input.Scenario;
        string subject = ReadSchedule(parsed, input);
        if (parsed.GetValue(format))
        {
            context.Output.Write(scenario.Format());
            return CommandExit.Clean;
        }

        bool searches = parsed.GetValue(strategy) is not null || !scenario.Schedule.IsPresent;
        RefuseUseless(parsed, input, searches);
        using ScenarioRunner runner = MakeRunner(parsed, input);
        DefectSet defects = parsed.GetValue(defect) is null ? input.Defects : CommandOptions.Defects(parsed, defect);
        SearchResult result = searches
            ? Search(parsed, runner, scenario.Program, defects)
            : Replay(runner, scenario, defects, subject);
        Story story = FindingReplay.Tell(runner, scenario.Program, runner.Recorded, defects);
        string line = ScheduleOf(runner, scenario.Program);
        if (parsed.GetValue(json))
        {
            RunDocument.Write(context.Output, story, line, result.Totals);
        }
        else
        {
            Print(story, line, result, parsed.GetValue(trace));
        }

        if (!story.Violation.IsNone)
        {
            return CommandExit.Findings;
        }

        return result.IsInterrupted ? CommandExit.Interrupted : CommandExit.Clean;
    }

    /// <summary>Puts a schedule line of the command line into the scenario; returns what messages about it are about.</summary>
    private string ReadSchedule(ParseResult parsed, FindingInput input)
    {
        string? text = parsed.GetValue(schedule);
        if (text is null)
        {
            return input.Path;
        }

        if (parsed.GetValue(strategy) is not null)
        {
            throw CommandException.BadInput(schedule.Name, "give either --schedule or --strategy, not both");
        }

        return input.Scenario.Schedule.TryParse(text, out int column, out string message)
            ? schedule.Name
            : throw CommandException.BadInput($"{schedule.Name}:1:{column}", message);
    }

    /// <summary>Refuses what could only look like a result: a scenario that does nothing, and options without effect.</summary>
    private void RefuseUseless(ParseResult parsed, FindingInput input, bool searches)
    {
        if (input.Scenario.Program.CallCount == 0)
        {
            throw CommandException.BadInput(input.Path, "the scenario has no calls");
        }

        foreach (Option<string> option in (ReadOnlySpan<Option<string>>)[runs, seed])
        {
            if (!searches && parsed.GetValue(option) is not null)
            {
                throw CommandException.BadInput(option.Name, "needs --strategy when there is a schedule line");
            }
        }
    }

    private ScenarioRunner MakeRunner(ParseResult parsed, FindingInput input)
    {
        ScheduleLine line = input.Scenario.Schedule;
        string? protocolName = parsed.GetValue(protocol);
        string? profileName = parsed.GetValue(profile);
        IProtocol chosen = protocolName is not null
            ? CommandOptions.FindProtocol(protocol.Name, protocolName)
            : CommandOptions.FindProtocol(input.Path, line.IsPresent ? line.Protocol : "tristate");
        Profile rules = profileName is not null
            ? CommandOptions.ProfileOf(profile.Name, profileName)
            : CommandOptions.ProfileOf(input.Path, line.IsPresent ? line.Profile : "managarm");
        var runner = new ScenarioRunner(chosen, rules);
        runner.System.JudgesAllCalls = input.JudgesAllCalls;
        return runner;
    }

    private SearchResult Search(ParseResult parsed, ScenarioRunner runner, Program program, DefectSet defects)
    {
        string name = parsed.GetValue(strategy) ?? "nonpreemptive";
        StrategyChoice choice = StrategyChoice.Parse(strategy.Name, name);
        ulong fallback = choice.IsFixed ? 1 : DefaultSearchRuns;
        ulong limit = CommandOptions.Number(parsed, runs, fallback, 1, MaximumRuns);
        ulong master = CommandOptions.Number(parsed, seed, 1, 0, ulong.MaxValue);
        return ScheduleSearch.Run(runner, program, choice, master, limit, defects, static _ => true, context.Stop);
    }

    private static SearchResult Replay(ScenarioRunner runner, Scenario scenario, DefectSet defects, string subject)
    {
        ScheduleLine line = scenario.Schedule;
        RefuseMisfit(runner, scenario, subject);
        var followed = new Schedule();
        if (FindingReplay.Resolve(runner.System, scenario, followed) > 0)
        {
            throw CommandException.BadInput(subject, "the schedule names a party that the scenario does not have");
        }

        var replay = new Replay();
        replay.Load(followed, isStrict: true);
        RunResult result = runner.Run(scenario.Program, replay, defects);
        replay.Finish();
        if (replay.DivergedAt >= 0)
        {
            int at = replay.DivergedAt;
            string deviation = $"{line.PartyAt(at)}@{line.PointAt(at)}>{line.NextAt(at)}";
            throw CommandException.BadInput(
                subject, $"the run leaves the schedule: deviation {at + 1} of {line.Count}, {deviation}, is not possible");
        }

        return new SearchResult(result, default(SearchTotals).With(result), !result.Violation.IsNone, Limit: 1);
    }

    private static void RefuseMisfit(ScenarioRunner runner, Scenario scenario, string subject)
    {
        ScheduleLine line = scenario.Schedule;
        ulong hash = ScenarioHash.Of(scenario.Program);
        if (line.Hash != hash)
        {
            throw CommandException.BadInput(
                subject, $"the schedule was recorded for another scenario: {line.Hash:x16}, this one is {hash:x16}");
        }

        if (line.Protocol != runner.System.Protocol.Name)
        {
            throw CommandException.BadInput(
                subject, $"the schedule was recorded under {line.Protocol}, not {runner.System.Protocol.Name}; try --strategy");
        }

        if (line.ModelVersion != ScenarioRunner.ModelVersion)
        {
            throw CommandException.BadInput(
                subject, $"the schedule was recorded with model {line.ModelVersion}, this is {ScenarioRunner.ModelVersion}");
        }
    }

    private static string ScheduleOf(ScenarioRunner runner, Program program)
    {
        var line = new ScheduleLine();
        line.SetHeader(
            ScenarioHash.Of(program), runner.System.Protocol.Name, Profiles.NameOf(runner.System.Profile),
            ScenarioRunner.ModelVersion);
        line.AddAll(runner.Recorded, runner.System.PartyNames);
        return line.ToString();
    }

    private void Print(Story story, string line, SearchResult result, bool printsTrace)
    {
        if (printsTrace)
        {
            context.Output.Write(TraceText.Write(story));
            context.Output.WriteLine();
        }

        if (story.Violation.IsNone)
        {
            PrintResults(story);
        }
        else
        {
            foreach (string text in Digest.Write(story, line))
            {
                context.Output.WriteLine(text);
            }
        }

        SearchTotals totals = result.Totals;
        if (result.IsInterrupted)
        {
            context.Output.WriteLine($"interrupted after {totals.Runs} of {result.Limit} runs; nothing found so far");
            return;
        }

        string state = story.Violation.IsNone ? "clean" : "violated";
        context.Output.WriteLine(
            $"{state}: {totals.Runs} runs, {totals.Calls} calls, {totals.Steps} steps, {totals.Decisions} decisions");
    }

    private void PrintResults(Story story)
    {
        foreach (CallOutcome outcome in CallOutcome.List(story))
        {
            context.Output.WriteLine($"  {outcome.Strand}: {outcome.Call} -> {outcome.Result}");
        }
    }
}
