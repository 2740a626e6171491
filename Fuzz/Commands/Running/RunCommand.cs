// `run`: one scenario under one schedule or strategy. A schedule is followed strictly: if it does not fit the scenario,
// protocol or model any more, the command says at which deviation rather than run something else.

using System.CommandLine;
using System.Globalization;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Fuzz.Sweeps;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Running;

/// <summary>Runs a scenario.</summary>
internal sealed class RunCommand
{
    /// <summary>Confidence for which a promise is told in runs.</summary>
    internal const double Confidence = 0.95;

    private const ulong DefaultSearchRuns = 1000;
    private const ulong MaximumRuns = 1_000_000_000;

    private readonly Argument<string[]> files = new("FILE")
    {
        Description = "A scenario file, the folder of a finding, or - for standard input; several with --check and --format.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> protocol = CommandOptions.MakeProtocol(
        "Protocol (default: the schedule line's, else tristate).");

    private readonly Option<string> profile = CommandOptions.MakeProfile();

    private readonly Option<string> schedule = CommandOptions.Make(
        "--schedule", "LINE", "Schedule line to follow instead of the file's.");

    private readonly Option<string> strategy = CommandOptions.Make(
        "--strategy", "S", $"Search instead: nonpreemptive, {StrategyChoice.Drawing}, or try every-step (default beside\n"
            + "--runs or --seed: mix, the strategies of a campaign; else nonpreemptive, which is one run).");

    private readonly Option<string> runs = CommandOptions.Make(
        "--runs", "N", $"Search, and how many runs it may take (default {DefaultSearchRuns}).");

    private readonly Option<string> seed = CommandOptions.Make("--seed", "N", "Search, and its seed (default 1).");
    private readonly Option<string> defect = CommandOptions.MakeDefect();
    private readonly Option<bool> trace = new("--trace") { Description = "Print every step of the last run." };

    private readonly Option<bool> format = new("--format")
    {
        Description = "Print the scenario laid out, with its comments, and do not run it.",
    };

    private readonly Option<bool> write = new("--write", "-w")
    {
        Description = "With --format: replace the files instead, and print the names of those that changed.",
    };

    private readonly Option<bool> normal = new("--normal")
    {
        Description = "With --format: the normal form instead, without comments; its hash is the scenario's.",
    };

    private readonly Option<bool> check = new("--check")
    {
        Description = "Only report mistakes. With --format: print the names of files that it would change; exit code 1.",
    };

    private readonly Option<string> calls = CommandOptions.MakeCalls();
    private readonly Option<bool> relax = CommandOptions.MakeRelaxDispatch();
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
            "Runs a scenario under its schedule, or searches schedules until one violates an invariant. The strategy\n"
            + "every-step tries all schedules with at most one deviation: a signal comes at every step. With --check or\n"
            + "--format it runs nothing and looks at the text.\n\n"
            + "Example:\n  run Corpus/seeds/waitpid-signal.scn --protocol tristate --strategy delay:1 --runs 1000\n"
            + "  run Corpus/seeds/waitpid-signal.scn --strategy every-step\n"
            + "  run .managarm-perf/findings/tristate-liveness-waitpid-9b13 --trace\n"
            + "  run --check Corpus/seeds/waitpid-signal.scn\n  run --format --write my-race.scn")
        {
            self.files, self.protocol, self.profile, self.schedule, self.strategy, self.runs, self.seed, self.calls, self.defect,
            self.relax, self.trace, self.check, self.format, self.write, self.normal, self.json,
        };
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string[] paths = ReadPaths(parsed);
        RefuseMixture(parsed, paths);
        bool asJson = parsed.GetValue(json);
        if (parsed.GetValue(format))
        {
            var mode = new FormatMode(context)
            {
                IsCheck = parsed.GetValue(check),
                IsWrite = parsed.GetValue(write),
                IsNormal = parsed.GetValue(normal),
                AsJson = asJson,
            };
            return mode.Run(paths);
        }

        return parsed.GetValue(check) ? new CheckMode(context).Run(paths, asJson) : Run(parsed, paths[0]);
    }

    private int Run(ParseResult parsed, string path)
    {
        FindingInput input = FindingInput.Read(path, context);
        ScenarioFile file = input.File;
        ReadSchedule(parsed, input);
        bool searches = parsed.GetValue(strategy) is not null || !file.Schedule.IsPresent;
        StrategyChoice? search = searches && !IsSweep(parsed) ? ChooseStrategy(parsed) : null;
        RefuseUseless(parsed, input, search);
        using ScenarioRunner runner = MakeRunner(parsed, input);
        DefectSet defects = parsed.GetValue(defect) is null ? input.Defects : CommandOptions.Defects(parsed, defect);
        if (IsSweep(parsed))
        {
            var mode = new EveryStepMode(context);
            return mode.Run(runner, file.Scenario, defects, parsed.GetValue(trace), parsed.GetValue(json));
        }

        SearchResult result = search is not null
            ? Search(parsed, runner, file.Scenario, search, defects)
            : Replay(runner, input, defects);
        Story story = FindingReplay.Tell(runner, file.Scenario, runner.Recorded, defects);
        string line = RecordedLine.Of(runner, file.Scenario).ToString();
        if (parsed.GetValue(json))
        {
            RunDocument.Write(context.Output, story, line, result);
        }
        else
        {
            Print(story, line, result, parsed.GetValue(trace));
        }

        if (!story.Violation.IsNone)
        {
            return CommandExit.Findings;
        }

        if (!result.IsInterrupted)
        {
            return CommandExit.Clean;
        }

        if (parsed.GetValue(json))
        {
            context.Error.WriteLine($"interrupted after {result.Totals.Runs} of {result.Limit} runs; nothing found so far");
        }

        return CommandExit.Interrupted;
    }

    private string[] ReadPaths(ParseResult parsed)
    {
        string[] paths = parsed.GetRequiredValue(files);
        foreach (string path in paths)
        {
            CommandOptions.RequirePath(path, files.Name);
        }

        return paths;
    }

    /// <summary>Refuses options that would have no effect beside others, and files that would not be read.</summary>
    private void RefuseMixture(ParseResult parsed, string[] paths)
    {
        bool formats = parsed.GetValue(format);
        bool checks = parsed.GetValue(check);
        if (!formats && (parsed.GetValue(write) || parsed.GetValue(normal)))
        {
            throw CommandException.BadInput(parsed.GetValue(write) ? write.Name : normal.Name, "needs --format");
        }

        if (parsed.GetValue(write) && (checks || parsed.GetValue(normal)))
        {
            throw CommandException.BadInput(write.Name, $"does not go with {(checks ? check.Name : normal.Name)}");
        }

        if (parsed.GetValue(write) && paths.Contains(ScenarioInput.StandardInput))
        {
            throw CommandException.BadInput(write.Name, "standard input cannot be replaced");
        }

        if (paths.Length > 1 && !checks && !parsed.GetValue(write))
        {
            throw CommandException.BadInput(paths[1], formats ? "--format of several files needs --write or --check"
                : "several files need --check or --format");
        }

        Option[] others = [protocol, profile, schedule, strategy, runs, seed, calls, defect, relax, trace];
        Option? useless = Array.Find(others, option => parsed.GetResult(option) is { Implicit: false });
        if ((formats || checks) && useless is not null)
        {
            throw CommandException.BadInput(useless.Name, $"has no effect with {(formats ? format.Name : check.Name)}");
        }
    }

    /// <summary>Puts a schedule line of the command line into the scenario.</summary>
    private void ReadSchedule(ParseResult parsed, FindingInput input)
    {
        string? text = parsed.GetValue(schedule);
        if (text is not null && parsed.GetValue(strategy) is not null)
        {
            throw CommandException.BadInput(schedule.Name, "give either --schedule or --strategy, not both");
        }

        if (text is not null)
        {
            input.UseSchedule(schedule.Name, text);
        }
    }

    /// <summary>Refuses what could only look like a result: a scenario that does nothing, and options without effect.</summary>
    private void RefuseUseless(ParseResult parsed, FindingInput input, StrategyChoice? search)
    {
        if (input.File.Scenario.CallCount == 0)
        {
            throw CommandException.BadInput(input.Path, "the scenario has no calls");
        }

        foreach (Option<string> option in (ReadOnlySpan<Option<string>>)[runs, seed])
        {
            if (parsed.GetValue(option) is null || search is { IsFixed: false })
            {
                continue;
            }

            string reason = IsSweep(parsed) ? $"has no effect with {EveryStepMode.Name}, which tries all"
                : search is null ? "needs --strategy when there is a schedule line"
                : $"has no effect with {search.Name}, whose runs are all the same";
            throw CommandException.BadInput(option.Name, reason);
        }

        if (parsed.GetValue(trace) && parsed.GetValue(json))
        {
            throw CommandException.BadInput(trace.Name, "has no effect with --json");
        }
    }

    private bool IsSweep(ParseResult parsed) => parsed.GetValue(strategy) == EveryStepMode.Name;

    /// <summary>Who asks for several runs, or for a seed, wants schedules drawn, whether or not he says how.</summary>
    private StrategyChoice ChooseStrategy(ParseResult parsed)
    {
        if (parsed.GetValue(strategy) is { } name)
        {
            return StrategyChoice.Parse(strategy.Name, name);
        }

        bool draws = parsed.GetValue(runs) is not null || parsed.GetValue(seed) is not null;
        return draws ? StrategyChoice.Mix : StrategyChoice.NonPreemptive;
    }

    private ScenarioRunner MakeRunner(ParseResult parsed, FindingInput input)
    {
        bool hasLine = input.File.Schedule.IsPresent;
        string? protocolName = parsed.GetValue(protocol);
        string? profileName = parsed.GetValue(profile);
        IProtocol chosen = NamedThings.FindProtocol(protocol.Name, "tristate");
        if (protocolName is not null)
        {
            chosen = NamedThings.FindProtocol(protocol.Name, protocolName);
        }
        else if (hasLine)
        {
            FindingInput.Refuse(input.Fit.FindProtocol(out chosen));
        }

        Profile rules = Profile.Managarm;
        if (profileName is not null)
        {
            rules = NamedThings.ProfileOf(profile.Name, profileName);
        }
        else if (hasLine)
        {
            FindingInput.Refuse(input.Fit.FindProfile(out rules));
        }

        CommandOptions.RefuseUselessRelaxation(parsed, relax, [chosen]);
        var runner = new ScenarioRunner(chosen, rules);
        runner.System.RelaxesDispatch = parsed.GetValue(relax);
        runner.System.JudgesAllCalls = parsed.GetValue(calls) is null
            ? input.JudgesAllCalls
            : CommandOptions.CoversAll(parsed, calls);
        return runner;
    }

    private SearchResult Search(
        ParseResult parsed, ScenarioRunner runner, Scenario scenario, StrategyChoice choice, DefectSet defects)
    {
        ulong fallback = choice.IsFixed ? 1 : DefaultSearchRuns;
        ulong limit = CommandOptions.Number(parsed, runs, fallback, 1, MaximumRuns);
        ulong master = CommandOptions.Number(parsed, seed, 1, 0, ulong.MaxValue);
        return ScheduleSearch.Run(runner, scenario, choice, master, limit, defects, static _ => true, context);
    }

    private static SearchResult Replay(ScenarioRunner runner, FindingInput input, DefectSet defects)
    {
        FindingInput.Refuse(input.Fit.FindMisfit(runner.System));
        var followed = new Schedule();
        FindingReplay.Resolve(runner.System, input.File, followed);
        var replay = new Replay();
        replay.Load(followed, isStrict: true);
        RunResult result = runner.Run(input.File.Scenario, replay, defects);
        replay.Finish();
        if (replay.DivergedAt >= 0)
        {
            FindingInput.Refuse(input.Fit.Divergence(replay.DivergedAt));
        }

        return new SearchResult(result, default(SearchTotals).With(result), !result.Violation.IsNone, Limit: 1);
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
        context.Output.WriteLine($"{state}: {Plural.Of((long)totals.Runs, "run")}, {totals.ToText()}");
        if (result.Bound is { } bound)
        {
            PrintBound(bound);
        }
    }

    private void PrintBound(PriorityChangeBound bound)
    {
        string promise = string.Create(
            CultureInfo.InvariantCulture,
            $"pct:{bound.Depth}: n = {bound.Parties} parties, k = {bound.Steps} steps: a run finds a bug of depth "
            + $"{bound.Depth} with probability 1/(n k^{bound.Depth - 1}) = {bound.Probability:g2} at least,\n"
            + $"{bound.RunsFor(Confidence):N0} runs find it with {Confidence:P0}, as long as runs take at most k steps");
        context.Output.WriteLine(promise);
    }

    private void PrintResults(Story story)
    {
        foreach (CallOutcome outcome in CallOutcome.List(story))
        {
            context.Output.WriteLine($"  {outcome.Strand}: {outcome.Call} -> {outcome.Result}");
        }
    }
}
