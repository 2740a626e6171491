// `run`: the workloads under BenchmarkDotNet, used as its users expect: its globs, its own arguments (exporters, diagnosers,
// jobs, counts), its artefacts. The suite runs inside this process: the workloads are pinned and warmed the same way as in the
// runner's children, nothing is generated and built, and the whole list takes minutes instead of an hour. The price is that
// earlier workloads have left their mark on shared code; the interleaved runner, whose processes are fresh, is what ratios come
// from.

using System.CommandLine;
using System.CommandLine.Parsing;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Bench.Workloads.Threads;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Suites;

/// <summary>The command `run`.</summary>
internal static class SuiteCommand
{
    private const int Threads = 2;

    internal static Command Create(CommandContext context)
    {
        var filter = new Option<string[]>("--filter", "-f")
        {
            Description = "Only these workloads: globs as BenchmarkDotNet has them, such as '*ring*'; a word without * or ? is "
                + "looked for anywhere in the name.",
            DefaultValueFactory = _ => ["*"],
            AllowMultipleArgumentsPerToken = true,
            HelpName = "GLOB",
        };
        var quick = new Option<bool>("--quick") { Description = "Short iterations: all workloads in about two minutes." };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "run",
            "Run workloads under BenchmarkDotNet: times, distributions, allocated bytes.\n"
            + "Everything else on the line goes to BenchmarkDotNet: --exporters, --job, --memory, --artifacts ...\n"
            + "Exit code 3: the machine was too busy for some of the times, which are then not shown.\n"
            + "Example: run --filter '*ring*' --quick\n"
            + "Example: run --filter event --job short --exporters csv html")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.Options.Add(filter);
        command.Options.Add(quick);
        command.Options.Add(data);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            RequireNoStrayWord(parsed.Tokens, ["run", "--quick", "--json"]);
            (string[] globs, string[] passed) = Split(parsed.Tokens);
            return Run(
                context, globs, parsed.GetValue(quick), parsed.GetValue(data)!, parsed.GetValue(json), passed);
        });
        return command;
    }

    /// <summary>Refuses a word that belongs to no option: it would be passed on, ignored, and everything would run.</summary>
    private static void RequireNoStrayWord(IReadOnlyList<Token> tokens, string[] alone)
    {
        for (var index = 1; index < tokens.Count; index++)
        {
            string word = tokens[index].Value;
            string before = tokens[index - 1].Value;
            bool isValue = tokens[index - 1].Type == TokenType.Option && bool.TryParse(word, out _);
            if (alone.Contains(before) && !isValue && !word.StartsWith('-'))
            {
                throw CommandException.BadInput(before, $"'{word}' belongs to no option (--filter takes names)");
            }
        }
    }

    /// <summary>
    /// Tells globs from what BenchmarkDotNet is to be told. An option with several values takes any unknown option for one more,
    /// so the line is read again, word by word.
    /// </summary>
    private static (string[] Globs, string[] Passed) Split(IReadOnlyList<Token> tokens)
    {
        List<string> globs = [];
        List<string> passed = [];
        List<string> own = [];
        List<string> current = own;
        var isFiltered = false;
        foreach (string word in tokens.Select(token => token.Value))
        {
            if (!word.StartsWith('-'))
            {
                current.Add(word);
            }
            else if (word is "--filter" or "-f")
            {
                current = globs;
                isFiltered = true;
            }
            else if (word is "--quick" or "--data" or "--json")
            {
                current = own;
            }
            else
            {
                current = passed;
                passed.Add(word);
            }
        }

        return (isFiltered ? [.. globs] : ["*"], [.. passed]);
    }

    private static int Run(
        CommandContext context, string[] filters, bool isQuick, string data, bool isJson, IReadOnlyList<string> passed)
    {
        if (filters.Length == 0)
        {
            throw CommandException.BadInput("--filter", "is given without a name");
        }

        string artifacts = Path.GetFullPath(Path.Combine(DataFolder.Check("--data", data), "benchmarks"));
        IConfig config = SuiteConfiguration.Make(isQuick, artifacts, [.. filters.Select(ToGlob)], passed);
        DataFolder.Prepare("--data", config.ArtifactsPath);
        WorkloadSuite.Selected = [.. WorkloadCatalog.Names.Where(name => CanRun(name, context.Error))];
        BenchmarkRunInfo selected = BenchmarkConverter.TypeToBenchmarks(typeof(WorkloadSuite), config);
        int count = selected.BenchmarksCases.Length;
        if (count == 0)
        {
            throw CommandException.BadInput("--filter", $"no workload matches {string.Join(' ', filters)} (see list)");
        }

        WorkloadSuite.Selected =
            [.. selected.BenchmarksCases.Select(each => (string)each.Parameters[nameof(WorkloadSuite.Name)])];
        var machine = new MachineWatch(Threads);
        if (Measure(context, selected) is not { } summary)
        {
            context.Error.WriteLine($"interrupted: the log of what was finished is in {config.ArtifactsPath}");
            return CommandExit.Interrupted;
        }

        if (summary.HasCriticalValidationErrors || summary.Reports.Any(each => !each.Success))
        {
            int failed = count - summary.Reports.Count(each => each.Success);
            string reason = string.Concat(
                summary.ValidationErrors.Select(problem => $"; {problem.Message.ReplaceLineEndings(" ")}"));
            context.Error.WriteLine(
                $"{failed} of {Plural.Of(count, "workload")} failed{reason}; the log is {summary.LogFilePath}");
            return CommandExit.ToolBug;
        }

        var report = SuiteReport.Of(summary, isQuick, machine.Read());
        if (isJson)
        {
            JsonOutput.Write(context.Output, report);
        }
        else
        {
            SuiteText.Write(context.Output, summary, report);
        }

        return NoiseVerdict.Say(
            context, report.Machine, report.Workloads.Count(line => !line.IsBelieved), report.Workloads.Count);
    }

    /// <summary>Runs the suite on a thread of its own, so that a signal need not wait for it; null when one came.</summary>
    private static Summary? Measure(CommandContext context, BenchmarkRunInfo selected)
    {
        context.Progress.Say(() => WorkloadSuite.Current);
        Task<Summary> running = Task.Run(() => BenchmarkRunner.Run(selected), CancellationToken.None);
        try
        {
            running.Wait(context.Stop);
            return running.Result;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static string ToGlob(string filter) => filter.AsSpan().ContainsAny('*', '?') ? filter : $"*{filter}*";

    private static bool CanRun(string name, TextWriter error)
    {
        using IWorkload workload = WorkloadCatalog.Make(name)!;
        if (workload.Threads > ProcessorPin.Processors)
        {
            error.WriteLine($"left out: {name} needs {workload.Threads} processors, there is {ProcessorPin.Processors}");
            return false;
        }

        if (workload.Missing is { } missing)
        {
            error.WriteLine($"left out: {name}: {missing}");
        }

        return workload.Missing is null;
    }
}
