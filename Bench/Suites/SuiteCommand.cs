// `run`: the workloads under BenchmarkDotNet, one after the other. The suite runs inside this process: the workloads are pinned
// and warmed the same way as in the runner's children, nothing is generated and built, and the whole list takes minutes instead
// of an hour. The price is that earlier workloads have left their mark on shared code; the interleaved runner, whose processes
// are fresh, is what ratios come from.

using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;

namespace Managarm.Perf.Bench;

/// <summary>The command `run`.</summary>
internal static class SuiteCommand
{
    private const int QuickIterations = 5;
    private const int QuickWarmUps = 3;
    private const int QuickIterationMilliseconds = 60;
    private const int NameColumns = 40;
    private const int FullIterations = 15;
    private const int FullWarmUps = 8;
    private const int FullIterationMilliseconds = 250;

    internal static Command Create(TextWriter output, TextWriter error)
    {
        var filter = new Option<string>("--filter")
        {
            Description = "Only workloads whose name contains this.",
            DefaultValueFactory = _ => "",
            HelpName = "TEXT",
        };
        var quick = new Option<bool>("--quick") { Description = "Short iterations: all workloads in less than two minutes." };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "run",
            "Run workloads under BenchmarkDotNet: times, distributions, allocated bytes.\nExample: run --filter event --quick");
        command.Options.Add(filter);
        command.Options.Add(quick);
        command.Options.Add(data);
        command.Options.Add(json);
        command.SetAction(parsed => Run(
            output,
            error,
            parsed.GetValue(filter)!,
            parsed.GetValue(quick),
            parsed.GetValue(data)!,
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(TextWriter output, TextWriter error, string filter, bool isQuick, string data, bool isJson)
    {
        WorkloadSuite.Selected =
            [.. WorkloadCatalog.Names.Where(name => name.Contains(filter, StringComparison.Ordinal) && CanRun(name, error))];
        if (WorkloadSuite.Selected.Count == 0)
        {
            error.WriteLine($"--filter: no workload has '{filter}' in its name (see list)");
            return BenchExitCode.BadUsage;
        }

        error.WriteLine($"{WorkloadSuite.Selected.Count} workloads, one after the other; the log goes to {data} ...");
        Summary summary = BenchmarkRunner.Run<WorkloadSuite>(Configuration(isQuick, data));
        foreach (var problem in summary.ValidationErrors)
        {
            error.WriteLine(problem.Message);
        }

        int failed = summary.Reports.Count(report => !report.Success);
        if (failed > 0 || summary.HasCriticalValidationErrors)
        {
            error.WriteLine($"{failed} of {WorkloadSuite.Selected.Count} workloads failed; the log is {summary.LogFilePath}");
            return BenchExitCode.ToolBug;
        }

        if (isJson)
        {
            JsonOutput.Write(output, new SuiteReport(1, isQuick, [.. summary.Reports.Select(LineOf)]));
        }
        else
        {
            var table = new AccumulationLogger();
            MarkdownExporter.Console.ExportToLog(summary, table);
            output.Write(table.GetLog());
        }

        return BenchExitCode.Clean;
    }

    private static bool CanRun(string name, TextWriter error)
    {
        using IWorkload workload = WorkloadCatalog.Make(name)!;
        bool canRun = workload.Threads <= ProcessorPin.Processors;
        if (!canRun)
        {
            error.WriteLine($"left out: {name} needs {workload.Threads} processors, there is {ProcessorPin.Processors}");
        }

        return canRun;
    }

    private static ManualConfig Configuration(bool isQuick, string data)
    {
        Job job = Job.Default
            .WithToolchain(new InProcessNoEmitToolchain(TimeSpan.FromMinutes(5), logOutput: false))
            .WithWarmupCount(isQuick ? QuickWarmUps : FullWarmUps)
            .WithIterationCount(isQuick ? QuickIterations : FullIterations)
            .WithIterationTime(TimeInterval.FromMilliseconds(isQuick ? QuickIterationMilliseconds : FullIterationMilliseconds));
        return ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
            .AddColumn(StatisticColumn.Min, StatisticColumn.P90)
            .AddExporter(JsonExporter.Full, MarkdownExporter.GitHub)
            .AddLogger(NullLogger.Instance)
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(NameColumns))
            .WithOptions(ConfigOptions.DisableOptimizationsValidator)
            .WithArtifactsPath(Path.GetFullPath(Path.Combine(data, "benchmarks")));
    }

    private static SuiteLine LineOf(BenchmarkReport report) => new(
        (string)report.BenchmarkCase.Parameters[nameof(WorkloadSuite.Name)],
        report.ResultStatistics!.Mean,
        report.ResultStatistics.Median,
        report.ResultStatistics.StandardDeviation,
        report.ResultStatistics.Min,
        report.ResultStatistics.Percentiles.P90,
        report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0);

    private sealed record SuiteReport(int Version, bool IsQuick, IReadOnlyList<SuiteLine> Workloads);

    private sealed record SuiteLine(
        string Name,
        double MeanNanoseconds,
        double MedianNanoseconds,
        double StandardDeviationNanoseconds,
        double MinimumNanoseconds,
        double Percentile90Nanoseconds,
        long BytesPerOperation);
}
