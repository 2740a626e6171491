// How many entries show each feature: what a corpus covers, and what hangs on a single entry.

using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Counts features.</summary>
internal static class FeatureCounts
{
    /// <summary>Number of features that there are.</summary>
    internal const int Room = Coverage.FeatureCount;

    /// <summary>Counts.</summary>
    /// <param name="entries">Entries.</param>
    /// <returns>By feature, how many entries show it.</returns>
    internal static int[] Of(IEnumerable<MeasuredEntry> entries)
    {
        var counts = new int[Room];
        foreach (MeasuredEntry entry in entries)
        {
            foreach (ushort feature in entry.Features)
            {
                counts[feature]++;
            }
        }

        return counts;
    }
}
