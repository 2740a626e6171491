// The harnesses against each other, on workloads whose cost is planted: sleeps of a known length, which a busy machine hardly
// touches. What `ratios` and `compare` take from their children, what `latency` records and what BenchmarkDotNet says has to be
// the same time for the same workload, and twice that for the workload that sleeps twice as long. A stall now and then must move
// nothing but the tail. No absolute time is asked for but that of the sleeps.

using System.Text.Json;
using Managarm.Perf.Bench.Latency;
using Managarm.Perf.Bench.Ratios;
using Managarm.Perf.Bench.Runner;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Bench.Workloads.Harness;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Tests.Measurement;

public sealed class HarnessTests : IDisposable
{
    private const double Tolerance = 1.4;
    private const int Turns = 8;

    // A read of a batch that stalls is two hundred times as long.
    private const int MuchTooLong = 10;

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Children_see_the_planted_time_its_double_and_no_stall()
    {
        Lineup lineup = Lineup.All.Single(static each => each.Own == "harness-sleep");
        Contestant[] contestants = [.. lineup.Workloads.Select(Contestant.Of)];
        ContestResult result = Contest.Measure(
            contestants, SignedRank.MinimumCount, 0.1, TestContext.Current.CancellationToken);
        IReadOnlyList<RatioLine> lines = RatioLine.Of(lineup, result);
        AssertClose(PlantedSleep.PlainNanoseconds, lines[0].Nanoseconds);
        AssertClose(2, lines[1].Ratio);
        AssertClose(1, lines[2].Ratio);
    }

    [Fact]
    public void Latency_sees_the_planted_time_its_double_and_the_stall_in_the_tail_only()
    {
        LatencyDistribution plain = Distribution("harness-sleep");
        LatencyDistribution stalled = Distribution("harness-sleep-stalled");
        AssertClose(PlantedSleep.PlainNanoseconds, plain.MeanNanoseconds);
        AssertClose(2, Distribution("harness-sleep-double").MeanNanoseconds / plain.MeanNanoseconds);
        Assert.InRange(stalled.MedianNanoseconds, 1, MuchTooLong * PlantedSleep.PlainNanoseconds);
        long longest = Math.Max(stalled.MaximumNanoseconds, stalled.LongestStalledNanoseconds);
        Assert.True(longest > 2 * Math.Max(plain.MaximumNanoseconds, 1), $"a stall of {longest} ns a read is not seen");
    }

    [Fact]
    public void Benchmark_dot_net_sees_the_planted_time_and_its_double()
    {
        string line = $"run --filter harness-sleep harness-sleep-double --quick --data {folder} --json";
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = BenchApplication.Run(line.Split(' '), output, error);
        Assert.True(exitCode is CommandExit.Clean or CommandExit.Environment, error.ToString());
        using var document = JsonDocument.Parse(output.ToString());
        Dictionary<string, double> medians = document.RootElement.GetProperty("workloads").EnumerateArray().ToDictionary(
            static workload => workload.GetProperty("name").GetString()!,
            static workload => workload.GetProperty("medianNanoseconds").GetDouble());
        AssertClose(PlantedSleep.PlainNanoseconds, medians["harness-sleep"]);
        AssertClose(2, medians["harness-sleep-double"] / medians["harness-sleep"]);
    }

    [Fact]
    public void A_child_takes_the_time_that_a_workload_stamps_and_not_that_around_it()
    {
        using var output = new StringWriter();
        using var workload = new StampingWorkload();
        ChildServer.Serve(workload, new StringReader("run 10\nrun 30\n"), output);
        string[] replies = output.ToString().TrimEnd('\n').Split('\n');
        Assert.StartsWith("done 70 ", replies[1], StringComparison.Ordinal);
        Assert.StartsWith("done 210 ", replies[2], StringComparison.Ordinal);
    }

    private static LatencyDistribution Distribution(string name)
    {
        using var workload = (ILatencyWorkload)WorkloadCatalog.Make(name)!;
        var latencies = new RoundLatencies();
        workload.Prepare();
        RoundLatencies.WarmUp(workload, TestContext.Current.CancellationToken);
        for (int turn = 0; turn < Turns; turn++)
        {
            latencies.MeasureTurn(workload, TestContext.Current.CancellationToken);
        }

        return latencies.Report();
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.InRange(actual, expected / Tolerance, expected * Tolerance);

    /// <summary>Says that an operation takes seven nanoseconds.</summary>
    private sealed class StampingWorkload : IWorkload
    {
        private long stamped;

        public string Name => "stamping";

        public string Summary => "stamps what it did not take";

        public string Unit => "nothing";

        public long? StampedNanoseconds => stamped;

        public void Prepare() => stamped = 0;

        public long Run(int operations) => stamped += 7L * operations;

        public void Dispose() => Prepare();
    }
}
