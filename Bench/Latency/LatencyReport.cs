// The figures of the command `latency`, as it prints them or writes them as a document. Times are noisy, counts are exact.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Latency;

/// <summary>Result of a latency measurement.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="Processors">Processors that the process may use; with one the two threads take turns.</param>
/// <param name="Rounds">Interleaved rounds.</param>
/// <param name="Machine">What else the machine did.</param>
/// <param name="Floor">An empty request to the kernel's thread and back.</param>
/// <param name="Reads">Reads per protocol and situation.</param>
public sealed record LatencyReport(
    int Version,
    int Processors,
    int Rounds,
    Quietness Machine,
    LatencyDistribution Floor,
    IReadOnlyList<ReadLatency> Reads)
{
    /// <summary>Whether a distribution is worth to be shown: every thread had a processor, its rounds agree, and no read lies
    /// below what cannot be beaten.</summary>
    /// <param name="latency">The distribution.</param>
    /// <returns>True when it is.</returns>
    public bool Believes(LatencyDistribution latency)
    {
        bool isInOrder = latency == Floor
            ? Reads.All(read => read.Latency.Count == 0 || IsAboveFloor(read.Latency))
            : IsAboveFloor(latency);
        return Machine.HasRoom && new Steadiness(latency.Spread).IsSteady && isInOrder;
    }

    private bool IsAboveFloor(LatencyDistribution latency) => latency.MedianNanoseconds >= Floor.MedianNanoseconds;

    /// <summary>How many of all distributions are not believed; those without a latency do not count.</summary>
    internal (int Missing, int All) CountMissing()
    {
        LatencyDistribution[] all = [.. Reads.Select(read => read.Latency).Append(Floor).Where(latency => latency.Count > 0)];
        return (all.Count(latency => !Believes(latency)), all.Length);
    }
}

/// <summary>Reads under one protocol in one situation.</summary>
/// <param name="Protocol">Name of the protocol.</param>
/// <param name="Situation">What the reads met: round-trip, woken or cancelled.</param>
/// <param name="Ineffective">Reads that the signal did not end; they are not part of the distribution.</param>
/// <param name="UserEntriesPerRead">Kernel entries by user code.</param>
/// <param name="ServerEntriesPerRead">Kernel entries by servers.</param>
/// <param name="MessagesPerRead">Messages.</param>
/// <param name="Latency">Latencies.</param>
public sealed record ReadLatency(
    string Protocol,
    string Situation,
    long Ineffective,
    double UserEntriesPerRead,
    double ServerEntriesPerRead,
    double MessagesPerRead,
    LatencyDistribution Latency);

/// <summary>A distribution in nanoseconds; zeros when nothing was recorded.</summary>
/// <param name="Count">Latencies in the distribution.</param>
/// <param name="MeanNanoseconds">Median over the rounds of their means, with the stalled ones in it: what other commands show.
/// </param>
/// <param name="MedianNanoseconds">Half of them are at most this long.</param>
/// <param name="Percentile90Nanoseconds">Nine out of ten.</param>
/// <param name="Percentile99Nanoseconds">99 out of 100.</param>
/// <param name="Percentile999Nanoseconds">999 out of 1000.</param>
/// <param name="Percentile9999Nanoseconds">9,999 out of 10,000.</param>
/// <param name="MaximumNanoseconds">The longest.</param>
/// <param name="Stalled">Latencies left out, because the host took a processor away from one of our threads meanwhile.</param>
/// <param name="LongestStalledNanoseconds">The longest of those.</param>
/// <param name="Spread">How much the medians of the rounds differ; see <see cref="Steadiness"/>; null for too few rounds.</param>
/// <param name="Buckets">Counts between the bounds of <see cref="LatencyScale"/>.</param>
public sealed record LatencyDistribution(
    long Count,
    double MeanNanoseconds,
    long MedianNanoseconds,
    long Percentile90Nanoseconds,
    long Percentile99Nanoseconds,
    long Percentile999Nanoseconds,
    long Percentile9999Nanoseconds,
    long MaximumNanoseconds,
    long Stalled,
    long LongestStalledNanoseconds,
    double? Spread,
    IReadOnlyList<long> Buckets);
