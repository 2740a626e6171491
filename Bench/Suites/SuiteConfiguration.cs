// What BenchmarkDotNet is told: our defaults, and on top of them whatever the user gave of its own arguments. A job that the user
// names takes the place of ours; either runs in this process.

using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.ConsoleArguments;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Managarm.Perf.Results.Commands;
using Perfolizer.Horology;

namespace Managarm.Perf.Bench.Suites;

/// <summary>Settings of the suite.</summary>
internal static class SuiteConfiguration
{
    private const int QuickIterations = 5;
    private const int QuickWarmUps = 3;
    private const int QuickIterationMilliseconds = 60;
    private const int NameColumns = 40;
    private const int FullIterations = 15;
    private const int FullWarmUps = 8;
    private const int FullIterationMilliseconds = 250;

    /// <summary>Joins our settings and the user's.</summary>
    /// <param name="isQuick">Whether iterations are short.</param>
    /// <param name="artifacts">Where artefacts go unless the user says so.</param>
    /// <param name="globs">Which workloads.</param>
    /// <param name="passed">The user's arguments for BenchmarkDotNet.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="CommandException">BenchmarkDotNet does not understand an argument.</exception>
    internal static IConfig Make(bool isQuick, string artifacts, string[] globs, IReadOnlyList<string> passed)
    {
        string[] arguments = ["--filter", .. globs, .. passed.Where(argument => argument != "--")];
        RequireValues(passed);
        CommandLineOptions options = Parse(arguments, null).Options;
        Job job = NamedJob(options.BaseJob) ?? OwnJob(isQuick);
        ManualConfig own = ManualConfig.CreateEmpty()
            .AddJob(job.WithToolchain(InProcessNoEmitToolchain.Instance).AsDefault())
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
            .AddColumn(StatisticColumn.Min, StatisticColumn.P90)
            .AddExporter(JsonExporter.Full, MarkdownExporter.GitHub)
            .AddLogger(NullLogger.Instance)
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(NameColumns))
            .WithOptions(ConfigOptions.DisableOptimizationsValidator)
            .WithArtifactsPath(options.ArtifactsDirectory?.FullName ?? artifacts);
        return ManualConfig.Union(own, Parse(arguments, own).Config);
    }

    /// <summary>BenchmarkDotNet takes an option that lacks its value for one that is not there.</summary>
    private static void RequireValues(IReadOnlyList<string> passed)
    {
        for (int word = 0; word < passed.Count; word++)
        {
            bool isLast = word == passed.Count - 1 || passed[word + 1].StartsWith('-');
            if (isLast && passed[word].StartsWith('-') && ValueOptions.Contains(passed[word].TrimStart('-').ToLowerInvariant()))
            {
                throw CommandException.BadInput(passed[word], "is given without a value");
            }
        }
    }

    /// <summary>Long and short names of the options that take values, as BenchmarkDotNet declares them.</summary>
    private static HashSet<string> ValueOptions { get; } =
    [
        .. from property in typeof(CommandLineOptions).GetProperties()
        where property.PropertyType != typeof(bool)
        from attribute in property.CustomAttributes.Where(each => each.AttributeType.Name == "OptionAttribute")
        from argument in attribute.ConstructorArguments
        select argument.Value?.ToString()?.ToLowerInvariant() ?? "",
    ];

    private static (IConfig Config, CommandLineOptions Options) Parse(string[] arguments, IConfig? own)
    {
        var log = new AccumulationLogger();
        (bool isSuccess, IConfig? config, CommandLineOptions? options) = ConfigParser.Parse(arguments, log, own);
        if (isSuccess)
        {
            return (config!, options!);
        }

        // It explains itself at length; the mistake stands behind the heading of the errors, or alone.
        string[] lines = log.GetLog().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int heading = Array.FindIndex(lines, line => line.StartsWith("ERROR", StringComparison.Ordinal));
        string mistake = lines.ElementAtOrDefault(heading + 1) ?? "not understood";
        throw CommandException.BadInput("BenchmarkDotNet", mistake.TrimEnd('.'));
    }

    private static Job OwnJob(bool isQuick) => Job.Default
        .WithWarmupCount(isQuick ? QuickWarmUps : FullWarmUps)
        .WithIterationCount(isQuick ? QuickIterations : FullIterations)
        .WithIterationTime(TimeInterval.FromMilliseconds(isQuick ? QuickIterationMilliseconds : FullIterationMilliseconds));

    private static Job? NamedJob(string name) => name.ToUpperInvariant() switch
    {
        "DRY" => Job.Dry,
        "SHORT" => Job.ShortRun,
        "MEDIUM" => Job.MediumRun,
        "LONG" => Job.LongRun,
        "VERYLONG" => Job.VeryLongRun,
        _ => null,
    };
}
