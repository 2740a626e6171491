// The columns of a drawn distribution take every latency once, and the drawing shows where they are.

using Managarm.Perf.Bench.Latency;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Tests.Latency;

public sealed class LatencyScaleTests
{
    [Fact]
    public void Every_latency_is_in_one_column()
    {
        var latencies = new LatencyHistogram();
        for (long nanoseconds = 1; nanoseconds < LatencyHistogram.RangeNanoseconds; nanoseconds *= 3)
        {
            latencies.Record(nanoseconds);
        }

        Assert.Equal(latencies.Count, LatencyScale.Split(latencies).Sum());
    }

    [Fact]
    public void The_drawing_rises_to_the_right_for_longer_latencies()
    {
        int last = -1;
        foreach (long nanoseconds in new long[] { 10, 1_000, 100_000, 10_000_000_000 })
        {
            var latencies = new LatencyHistogram();
            latencies.Record(nanoseconds);
            string line = LatencyScale.Draw(LatencyScale.Split(latencies));
            Assert.Equal(LatencyScale.Columns, line.Length);
            Assert.Equal("@", line.Trim());
            Assert.True(line.IndexOf('@', StringComparison.Ordinal) > last);
            last = line.IndexOf('@', StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_column_that_is_not_empty_never_looks_empty()
    {
        var counts = new long[LatencyScale.Columns];
        counts[3] = 1;
        counts[5] = 1_000_000;
        string line = LatencyScale.Draw(counts);
        Assert.Equal('.', line[3]);
        Assert.Equal('@', line[5]);
        Assert.Equal(' ', line[4]);
    }

    [Fact]
    public void The_axis_fits_under_the_columns()
    {
        Assert.InRange(LatencyScale.DrawAxis().Length, 1, LatencyScale.Columns);
        Assert.Contains("|1us", LatencyScale.DrawAxis(), StringComparison.Ordinal);
    }
}
