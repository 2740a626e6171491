// A histogram of latencies with log-linear buckets, after the idea of Gil Tene's HdrHistogram: exact below 64 ns, above that 64
// buckets per power of two, so a bucket is never wider than 1/64 of its values. Recording is an index and an increment and
// allocates nothing, so it may stand inside what is measured. One thread records; histograms of several threads are added up
// afterwards. What is longer than the range counts in the last bucket, and the maximum says how long it really was.

using System.Numerics;

namespace Managarm.Perf.Results.Statistics;

/// <summary>A distribution of latencies in nanoseconds.</summary>
public sealed class LatencyHistogram
{
    /// <summary>Longest latency that has a bucket of its own, about 18 minutes.</summary>
    public const long RangeNanoseconds = (1L << RangeBits) - 1;

    private const int RangeBits = 40;
    private const int DetailBits = 6;
    private const int BucketsPerOctave = 1 << DetailBits;
    private const int BucketCount = (RangeBits - DetailBits + 1) * BucketsPerOctave;

    private readonly long[] buckets = new long[BucketCount];
    private long totalNanoseconds;
    private long minimumNanoseconds = long.MaxValue;

    /// <summary>Number of latencies recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Shortest latency, exact; 0 when nothing was recorded.</summary>
    public long MinimumNanoseconds => Count == 0 ? 0 : minimumNanoseconds;

    /// <summary>Longest latency, exact; 0 when nothing was recorded.</summary>
    public long MaximumNanoseconds { get; private set; }

    /// <summary>Mean latency, exact; 0 when nothing was recorded.</summary>
    public double MeanNanoseconds => Count == 0 ? 0 : (double)totalNanoseconds / Count;

    /// <summary>Records one latency. Allocates nothing.</summary>
    /// <param name="nanoseconds">The latency; a negative one (a clock that went back) counts as 0.</param>
    public void Record(long nanoseconds)
    {
        long value = Math.Max(nanoseconds, 0);
        buckets[BucketOf(Math.Min(value, RangeNanoseconds))]++;
        Count++;
        totalNanoseconds += value;
        minimumNanoseconds = Math.Min(minimumNanoseconds, value);
        MaximumNanoseconds = Math.Max(MaximumNanoseconds, value);
    }

    /// <summary>The latency that a share of all recorded ones does not exceed.</summary>
    /// <param name="percent">The share, 0 to 100.</param>
    /// <returns>Upper end of the bucket in nanoseconds, at most 1/64 too long and never beyond the maximum; 0 when nothing
    /// was recorded.</returns>
    public long Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        long rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        long seen = 0;
        for (int bucket = 0; bucket < BucketCount; bucket++)
        {
            seen += buckets[bucket];
            if (seen >= rank)
            {
                bool isLast = bucket == BucketCount - 1;
                return isLast ? MaximumNanoseconds : Math.Min(LastValueOf(bucket), MaximumNanoseconds);
            }
        }

        return 0;
    }

    /// <summary>Latencies up to a bound, to draw the distribution.</summary>
    /// <param name="nanoseconds">The bound, at most <see cref="RangeNanoseconds"/>; its whole bucket counts.</param>
    /// <returns>How many there are.</returns>
    public long CountUpTo(long nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, RangeNanoseconds);
        long seen = 0;
        for (int bucket = 0; bucket <= BucketOf(nanoseconds); bucket++)
        {
            seen += buckets[bucket];
        }

        return seen;
    }

    /// <summary>Adds everything that another histogram has recorded.</summary>
    /// <param name="other">Not written to; nobody may record to it meanwhile.</param>
    public void Add(LatencyHistogram other)
    {
        for (int bucket = 0; bucket < BucketCount; bucket++)
        {
            buckets[bucket] += other.buckets[bucket];
        }

        Count += other.Count;
        totalNanoseconds += other.totalNanoseconds;
        minimumNanoseconds = Math.Min(minimumNanoseconds, other.minimumNanoseconds);
        MaximumNanoseconds = Math.Max(MaximumNanoseconds, other.MaximumNanoseconds);
    }

    /// <summary>Forgets everything. Allocates nothing.</summary>
    public void Clear()
    {
        Array.Clear(buckets);
        Count = 0;
        totalNanoseconds = 0;
        minimumNanoseconds = long.MaxValue;
        MaximumNanoseconds = 0;
    }

    // Bucket numbers go on where the exact part ends: octave 0 is exact, octave n shifts n-1 bits away.
    private static int BucketOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - DetailBits);
        return (shift * BucketsPerOctave) + (int)(value >> shift);
    }

    private static long LastValueOf(int bucket)
    {
        if (bucket < 2 * BucketsPerOctave)
        {
            return bucket;
        }

        int shift = (bucket / BucketsPerOctave) - 1;
        long detail = BucketsPerOctave + (bucket % BucketsPerOctave);
        return ((detail + 1) << shift) - 1;
    }
}
