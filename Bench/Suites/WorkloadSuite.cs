// The one BenchmarkDotNet class: a benchmark per workload of the catalog, by its name. BenchmarkDotNet adds what the interleaved
// runner does not have, the distribution of single iterations and the collector's counts; for ratios ask the runner.

using BenchmarkDotNet.Attributes;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Bench.Workloads.Threads;

namespace Managarm.Perf.Bench.Suites;

/// <summary>All workloads with one thread.</summary>
public class WorkloadSuite
{
    private const int OperationsPerInvoke = 4096;

    private IWorkload? workload;

    /// <summary>Names that the suite runs; set before the run, all by default.</summary>
    public static IReadOnlyList<string> Selected { get; set; } = WorkloadCatalog.Names;

    /// <summary>What is being measured, for the line of progress.</summary>
    public static string Current { get; private set; } = "starting";

    /// <summary>Values of <see cref="Name"/>.</summary>
    public static IEnumerable<string> Names => Selected;

    /// <summary>The workload.</summary>
    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    /// <summary>Prepares the workload on the thread that runs it.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Current = $"measuring {Name} ({1 + Selected.ToList().IndexOf(Name)} of {Selected.Count})";
        ProcessorPin.PinMeasuring();
        workload = WorkloadCatalog.Make(Name)!;
        workload.Prepare();
    }

    /// <summary>Ends the workload's threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => workload!.Dispose();

    /// <summary>Operations in a row, so that starting the second thread of some workloads does not count.</summary>
    [Benchmark(OperationsPerInvoke = OperationsPerInvoke)]
    public long Operation() => workload!.Run(OperationsPerInvoke);
}
