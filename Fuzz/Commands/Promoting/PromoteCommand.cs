// `promote`: turn a finding into a regression. A regression is a scenario, the invariant that it violates, and a search
// budget, but no schedule: schedules rot when the model changes, a bounded search does not. The budget is measured: twenty
// times the runs that the search needs today.

using System.CommandLine;
using System.Globalization;
using System.Text;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Promoting;

/// <summary>Promotes a finding.</summary>
internal sealed class PromoteCommand
{
    private const ulong SearchSeed = 1;
    private const ulong SearchLimit = 200_000;
    private const ulong BudgetFactor = 20;
    private const ulong MinimumBudget = 100;
    private const int MaximumNameLength = 64;

    private readonly Argument<string> file = new("FINDING")
    {
        Description = "The folder of a finding, or a scenario file with a schedule line.",
    };

    private readonly Option<string> name = CommandOptions.Make(
        "--name", "N", "Name of the regression: small letters, digits, hyphens.");

    private readonly Option<string> to = CommandOptions.Make(
        "--to", "DIR", "Directory of regressions (default: the project's Corpus/regressions).");

    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly CommandContext context;

    private PromoteCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var self = new PromoteCommand(context);
        var command = new Command(
            "promote",
            "Turns a finding into a regression: scenario, invariant and search budget.\n\n"
            + "Example:\n  promote .managarm-perf/findings/tristate-liveness-waitpid-9b13 --name waitpid-lost-eintr")
        {
            self.file, self.name, self.to, self.json,
        };
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string chosen = ReadName(parsed);
        FindingInput input = FindingInput.Read(CommandOptions.RequiredPath(parsed, file), context);
        var schedule = new Schedule();
        using ScenarioRunner runner = input.MakeRunner(schedule);
        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        Violation violation = runner.Run(input.File.Scenario, replay, input.Defects).Violation;
        if (violation.IsNone)
        {
            throw CommandException.BadInput(input.Path, "nothing is violated under its schedule");
        }

        StrategyChoice strategy = StrategyChoice.Delay(runner.Recorded.Count);
        SearchResult search = ScheduleSearch.Run(
            runner, input.File.Scenario, strategy, SearchSeed, strategy.IsFixed ? 1 : SearchLimit, input.Defects,
            found => found.IsSameKind(violation), context);
        if (search.IsInterrupted)
        {
            context.Error.WriteLine($"interrupted after {search.Totals.Runs} of {search.Limit} runs; nothing was written");
            return CommandExit.Interrupted;
        }

        if (!search.IsFound)
        {
            throw CommandException.BadInput(
                input.Path, $"a search ({strategy.Name}, {SearchLimit} runs) does not find it again; shrink it first");
        }

        ulong budget = strategy.IsFixed ? 1 : Math.Max(MinimumBudget, RoundUp(search.Totals.Runs * BudgetFactor));
        string content = Compose(input, runner, violation, strategy, budget);
        string path = Save(parsed, chosen, content, out bool isNew);
        if (!isNew && !parsed.GetValue(json))
        {
            context.Output.WriteLine($"{path}: already there, unchanged");
            return CommandExit.Clean;
        }

        Print(path, strategy, search.Totals.Runs, budget, parsed.GetValue(json));
        return CommandExit.Clean;
    }

    private string ReadName(ParseResult parsed)
    {
        string chosen = parsed.GetValue(name) ?? throw CommandException.BadInput(name.Name, "a name is needed");
        bool isLegal = chosen.Length is > 0 and <= MaximumNameLength
            && chosen.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
        return isLegal
            ? chosen
            : throw CommandException.BadInput(name.Name, $"'{chosen}' is not made of small letters, digits and hyphens");
    }

    private string Save(ParseResult parsed, string chosen, string content, out bool isNew)
    {
        string directory = parsed.GetValue(to) ?? Path.Combine(CorpusLocation.FindInClone(to.Name), "regressions");
        if (directory.Length == 0)
        {
            throw CommandException.BadInput(to.Name, "a directory is needed");
        }

        string path = Path.Combine(directory, chosen + CorpusStore.Extension);
        isNew = !File.Exists(path);
        if (!isNew && File.ReadAllText(path) != content)
        {
            throw CommandException.BadInput(name.Name, $"{path} exists and holds something else");
        }

        if (isNew)
        {
            Directory.CreateDirectory(directory);
            AtomicFile.Write(path, content);
        }

        return path;
    }

    private static string Compose(
        FindingInput input, ScenarioRunner runner, in Violation violation, StrategyChoice strategy, ulong budget)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(Invariants.SentenceOf(violation.Invariant)).Append('\n');
        string call = violation.Kind == CallKind.None ? "" : " " + CallTable.Of(violation.Kind).Name;
        text.Append("# violates: ").Append(Invariants.NameOf(violation.Invariant)).Append(call).Append('\n');
        text.Append("# protocol: ").Append(runner.System.Protocol.Name).Append('\n');
        text.Append("# profile: ").Append(Profiles.NameOf(runner.System.Profile)).Append('\n');
        text.Append("# judged: ").Append(input.JudgesAllCalls ? "all" : "wired").Append('\n');
        text.Append("# search: ").Append(strategy.Name).Append(", ").Append(budget).Append(" runs, seed ").Append(SearchSeed);
        text.Append('\n');
        foreach (string defect in DefectNames.List(input.Defects))
        {
            text.Append("# defect: ").Append(defect).Append('\n');
        }

        return text.Append(ScenarioFormatter.Format(input.File.Scenario)).ToString();
    }

    /// <summary>Rounds up to one significant digit.</summary>
    private static ulong RoundUp(ulong value)
    {
        ulong unit = 1;
        while (value / unit >= 10)
        {
            unit *= 10;
        }

        return (value + unit - 1) / unit * unit;
    }

    private void Print(string path, StrategyChoice strategy, ulong runs, ulong budget, bool asJson)
    {
        if (!asJson)
        {
            context.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{path}: found again by {strategy.Name} in run {runs}, budget {budget} runs"));
            return;
        }

        using var document = new JsonDocumentWriter(context.Output, "promote");
        document.Json.WriteString("file", path);
        document.Json.WriteString("strategy", strategy.Name);
        document.Json.WriteNumber("foundInRun", runs);
        document.Json.WriteNumber("budget", budget);
    }
}
