// `compare`: is B slower than A, where both are workloads or both are revisions? The answer is a ratio with its interval and one
// of four words; "unclear" is a word of its own, with what it would take, because a noisy machine must not decide.

using System.CommandLine;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Compare;

/// <summary>The command `compare`.</summary>
internal static class CompareCommand
{
    private const int DefaultLaunches = 12;
    private const double DefaultSeconds = 20;
    private const int DefaultMarginPercent = 3;
    private const int MaximumRepeat = 1000;
    private const int MaximumMarginPercent = 100;

    internal static Command Create(CommandContext context)
    {
        var first = new Argument<string>("A") { Description = "The reference: a workload (see list) or a git revision." };
        var second = new Argument<string>("B") { Description = "What is compared with it: the same kind." };
        var workload = new Option<string[]>("--workload")
        {
            Description = "With revisions: what to measure; several by default. May be given more than once.",
            HelpName = "NAME",
        };
        Option<double> seconds = CommonOptions.Seconds(DefaultSeconds);
        Option<int> launches = Number(
            "--launches", "Launches of fresh processes.", DefaultLaunches, SignedRank.MinimumCount, SignedRank.MaximumCount);
        Option<int> margin = Number(
            "--margin", "Difference in per cent that does not matter.", DefaultMarginPercent, 1, MaximumMarginPercent);
        Option<int> repeat = Number("--repeat", "Self-test: compare this often and count the answers.", 1, 1, MaximumRepeat);
        Option<int> slowDown = CommonOptions.SlowDown();
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "compare",
            "Compare two workloads, or workloads of two git revisions, in interleaved rounds; says how long B takes as a "
            + "multiple of A.\nExit code 0: not slower; 1: slower; 3: the machine was too noisy to tell.\n"
            + "Example: compare ring-same-thread-spsc ring-same-thread-concurrent-queue\n"
            + "Example: compare main HEAD --workload run-coroutines --seconds 30");
        command.Arguments.Add(first);
        command.Arguments.Add(second);
        Option[] all = [workload, seconds, launches, margin, repeat, slowDown, data, json];
        Array.ForEach(all, command.Options.Add);
        command.SetAction(parsed => Run(
            context,
            parsed.GetValue(json),
            new CompareOptions(
                parsed.GetValue(first)!,
                parsed.GetValue(second)!,
                parsed.GetValue(workload) ?? [],
                parsed.GetValue(seconds),
                parsed.GetValue(launches),
                parsed.GetValue(margin),
                parsed.GetValue(slowDown),
                parsed.GetValue(repeat),
                parsed.GetValue(data)!)));
        return command;
    }

    private static int Run(CommandContext context, bool isJson, CompareOptions options)
    {
        foreach (string workload in options.Workloads)
        {
            if (!WorkloadCatalog.Names.Contains(workload))
            {
                context.Error.WriteLine($"--workload: no workload is called '{workload}' (see list)");
                return CommandExit.BadInput;
            }
        }

        if (options.Workloads.Count > 0 && WorkloadCatalog.Names.Contains(options.First))
        {
            context.Error.WriteLine($"--workload: has no effect when A is a workload, '{options.First}'");
            return CommandExit.BadInput;
        }

        context.DataDirectory = DataFolder.Check("--data", options.DataRoot);
        using var comparison = Comparison.Prepare(options, context.Progress.Say, context.Stop);
        TextWriter progress = isJson ? context.Error : context.Output;
        CompareReport report = comparison.Measure(
            context.Progress.Say,
            finished => Print(progress, finished, options.MarginPercent));
        if (isJson)
        {
            JsonOutput.Write(context.Output, report);
        }

        if (!report.IsPinned)
        {
            progress.WriteLine("threads were not bound to processors: this system does not allow it");
        }

        if (report.Comparisons.Count > 1)
        {
            progress.WriteLine(
                $"{report.Comparisons.Count} comparisons: {report.Count(ComparisonAnswer.Equal)} equal, "
                + $"{report.Count(ComparisonAnswer.Slower)} slower, {report.Count(ComparisonAnswer.Faster)} faster, "
                + $"{report.Count(ComparisonAnswer.Unclear)} unclear");
        }

        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine($"interrupted: {Plural.Of(report.Comparisons.Count, "comparison")} finished");
            return CommandExit.Interrupted;
        }

        return report switch
        {
            _ when report.Count(ComparisonAnswer.Slower) > 0 => CommandExit.Findings,
            _ when report.Count(ComparisonAnswer.Unclear) > 0 => CommandExit.Environment,
            _ => CommandExit.Clean,
        };
    }

    private static void Print(TextWriter output, ComparisonLine line, double marginPercent)
    {
        string names = line.FirstWorkload == line.SecondWorkload
            ? line.FirstWorkload
            : $"{line.SecondWorkload} against {line.FirstWorkload}";
        string answer = line.Answer switch
        {
            nameof(ComparisonAnswer.Equal) => $"equal within {marginPercent} %",
            nameof(ComparisonAnswer.Slower) => "SLOWER",
            nameof(ComparisonAnswer.Faster) => "faster",
            _ when line.MoreLaunches >= Verdict.MostLaunches => "too close to the margin to tell",
            _ => $"too noisy to tell: about {line.MoreLaunches} more launches would",
        };
        output.WriteLine(
            $"{names}: {line.FirstNanoseconds:f2} ns and {line.FirstBytes:0.##} B -> {line.SecondNanoseconds:f2} ns and "
            + $"{line.SecondBytes:0.##} B, ratio {line.Ratio:f3} (95 %: {line.Lower:f3} to {line.Upper:f3}; "
            + $"{line.Launches} launches, {line.Rounds} rounds): {answer}");
    }

    private static Option<int> Number(string name, string description, int byDefault, int minimum, int maximum)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description} {minimum} to {maximum}, {byDefault} by default.",
            DefaultValueFactory = _ => byDefault,
            HelpName = "N",
        };
        option.Validators.Add(result => CommonOptions.RefuseOutside(result, minimum, maximum));
        return option;
    }
}
