// The figures of the suite, as the command prints them or writes them as a document.

using BenchmarkDotNet.Reports;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Suites;

/// <summary>Result of a suite.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="IsQuick">Whether iterations were short.</param>
/// <param name="Machine">What else the machine did.</param>
/// <param name="Workloads">One line per workload.</param>
internal sealed record SuiteReport(int Version, bool IsQuick, Quietness Machine, IReadOnlyList<SuiteLine> Workloads)
{
    /// <summary>Reads a summary of BenchmarkDotNet.</summary>
    /// <param name="summary">The summary; everything in it succeeded.</param>
    /// <param name="isQuick">Whether iterations were short.</param>
    /// <param name="machine">What else the machine did.</param>
    internal static SuiteReport Of(Summary summary, bool isQuick, Quietness machine) =>
        new(1, isQuick, machine, [.. summary.Reports.Select(report => LineOf(report, machine))]);

    private static SuiteLine LineOf(BenchmarkReport report, Quietness machine)
    {
        var name = (string)report.BenchmarkCase.Parameters[nameof(WorkloadSuite.Name)];
        double mean = report.ResultStatistics!.Mean;
        double margin = report.ResultStatistics.GetConfidenceInterval(Perfolizer.Mathematics.Common.ConfidenceLevel.L95).Margin;
        using IWorkload workload = WorkloadCatalog.Make(name)!;
        bool hasRoom = workload.Threads == 1 || machine.HasRoom;
        return new SuiteLine(
            name,
            mean,
            report.ResultStatistics.Median,
            report.ResultStatistics.StandardDeviation,
            report.ResultStatistics.Min,
            report.ResultStatistics.Percentiles.P90,
            report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0,
            hasRoom && margin <= mean * Steadiness.Limit);
    }
}

/// <summary>One workload.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MeanNanoseconds">Mean time of an operation.</param>
/// <param name="MedianNanoseconds">Median.</param>
/// <param name="StandardDeviationNanoseconds">Standard deviation over iterations.</param>
/// <param name="MinimumNanoseconds">Shortest iteration.</param>
/// <param name="Percentile90Nanoseconds">Nine iterations out of ten.</param>
/// <param name="BytesPerOperation">Allocated bytes.</param>
/// <param name="IsBelieved">Whether the mean is known well enough to be shown.</param>
internal sealed record SuiteLine(
    string Name,
    double MeanNanoseconds,
    double MedianNanoseconds,
    double StandardDeviationNanoseconds,
    double MinimumNanoseconds,
    double Percentile90Nanoseconds,
    long BytesPerOperation,
    bool IsBelieved);
