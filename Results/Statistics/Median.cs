// The median: what a measurement did in the middle round, whatever the worst ones did. Kept in one place, so that every table
// treats an even number of values alike.

namespace Managarm.Perf.Results.Statistics;

/// <summary>The middle of a list of numbers.</summary>
public static class Median
{
    /// <summary>The middle value, or the mean of the two middle ones.</summary>
    /// <param name="values">At least one value, in any order; not changed.</param>
    /// <returns>The median.</returns>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            throw new ArgumentException("no values", nameof(values));
        }

        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 != 0 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
