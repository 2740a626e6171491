// The histogram against the sorted list of what was recorded: percentiles are never too short and at most a 64th too long,
// count, mean, minimum and maximum are exact, adding is recording both, and recording allocates nothing.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Results.Tests.Statistics;

public sealed class LatencyHistogramTests
{
    private static readonly double[] percents = [0, 1, 25, 50, 90, 99, 99.9, 100];

    [Fact]
    public void Percentiles_agree_with_a_sorted_list()
    {
        Prop.ForAll(Latencies(), latencies =>
        {
            LatencyHistogram histogram = Recorded(latencies);
            long[] sorted = [.. latencies.Order()];
            foreach (double percent in percents)
            {
                long exact = sorted[Math.Max(1, (int)Math.Ceiling(percent / 100 * sorted.Length)) - 1];
                Assert.InRange(histogram.Percentile(percent), exact, exact + (exact / 64));
            }

            Assert.Equal(sorted.Length, histogram.Count);
            Assert.Equal(sorted[0], histogram.MinimumNanoseconds);
            Assert.Equal(sorted[^1], histogram.MaximumNanoseconds);
            Assert.Equal(sorted.Average(), histogram.MeanNanoseconds, sorted[^1] * 1e-9);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Counts_up_to_a_bound_agree_with_a_list()
    {
        Prop.ForAll(Latencies(), latencies =>
        {
            LatencyHistogram histogram = Recorded(latencies);
            foreach (long bound in latencies.Where(latency => latency <= LatencyHistogram.RangeNanoseconds))
            {
                int least = latencies.Count(latency => latency <= bound);
                int most = latencies.Count(latency => latency <= bound + (bound / 64));
                Assert.InRange(histogram.CountUpTo(bound), least, most);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Adding_is_recording_both()
    {
        Prop.ForAll(Latencies(), Latencies(), (first, second) =>
        {
            LatencyHistogram sum = Recorded(first);
            sum.Add(Recorded(second));
            LatencyHistogram both = Recorded([.. first, .. second]);
            Assert.Equal(percents.Select(both.Percentile), percents.Select(sum.Percentile));
            Assert.Equal(both.MinimumNanoseconds, sum.MinimumNanoseconds);
            Assert.Equal(both.MeanNanoseconds, sum.MeanNanoseconds);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_empty_one_has_no_latencies()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(5);
        histogram.Clear();
        Assert.Equal((0, 0, 0, 0.0), (histogram.Count, histogram.MinimumNanoseconds, histogram.Percentile(99),
            histogram.MeanNanoseconds));
    }

    [Fact]
    public void What_is_out_of_range_is_neither_lost_nor_cut()
    {
        LatencyHistogram histogram = Recorded([-3, LatencyHistogram.RangeNanoseconds * 4]);
        Assert.Equal(0, histogram.Percentile(50));
        Assert.Equal(LatencyHistogram.RangeNanoseconds * 4, histogram.Percentile(100));
    }

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Recording_allocates_nothing()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1);
        histogram.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long latency = 1; latency < 100_000; latency++)
        {
            histogram.Record(latency * latency);
        }

        histogram.Clear();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static LatencyHistogram Recorded(long[] latencies)
    {
        var histogram = new LatencyHistogram();
        Array.ForEach(latencies, histogram.Record);
        return histogram;
    }

    // Every order of magnitude alike, since that is what the buckets are for.
    private static Arbitrary<long[]> Latencies() => Gen.Choose(0, 39)
        .SelectMany(bits => Gen.Choose(0, int.MaxValue).Select(low => ((1L << bits) + low) & ((1L << (bits + 1)) - 1)))
        .NonEmptyListOf()
        .Select(list => list.ToArray())
        .ToArbitrary();
}
