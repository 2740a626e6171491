// The interval that belongs to Wilcoxon's signed-rank test, with the estimate of Hodges and Lehmann in its middle: exact for any
// symmetric distribution of the values, so it needs no normal noise, no variance, and one wild value cannot move it far. It works
// on all pairwise means ("Walsh averages"): the estimate is their median, the ends are counted off from both sides by the exact
// distribution of the rank sum. Below six values no such interval reaches 95 %.

namespace Managarm.Perf.Results.Statistics;

/// <summary>Estimate and 95 % interval of the centre of a few values.</summary>
/// <param name="Estimate">Median of the pairwise means.</param>
/// <param name="Lower">Lower end.</param>
/// <param name="Upper">Upper end.</param>
public readonly record struct SignedRank(double Estimate, double Lower, double Upper)
{
    /// <summary>Fewest values with an interval.</summary>
    public const int MinimumCount = 6;

    /// <summary>Most values; the distribution is counted exactly, which takes time.</summary>
    public const int MaximumCount = 256;

    private const double ErrorRate = 0.05;

    /// <summary>Forms the interval.</summary>
    /// <param name="values"><see cref="MinimumCount"/> to <see cref="MaximumCount"/> independent values.</param>
    /// <returns>Estimate and interval; the true centre lies within it with a probability of at least 95 %.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many values.</exception>
    public static SignedRank Of(IReadOnlyList<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, MinimumCount, nameof(values));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Count, MaximumCount, nameof(values));
        double[] averages = WalshAverages(values);
        int cut = AveragesCutOff(values.Count);
        return new SignedRank(Median.Of(averages), averages[cut], averages[averages.Length - 1 - cut]);
    }

    private static double[] WalshAverages(IReadOnlyList<double> values)
    {
        var averages = new double[values.Count * (values.Count + 1) / 2];
        int next = 0;
        for (int first = 0; first < values.Count; first++)
        {
            for (int second = first; second < values.Count; second++)
            {
                averages[next++] = (values[first] + values[second]) / 2;
            }
        }

        Array.Sort(averages);
        return averages;
    }

    // How many averages lie outside at each side: the most that leave both tails together below the error rate.
    private static int AveragesCutOff(int count)
    {
        double[] probabilities = RankSumDistribution(count);
        double tail = 0;
        int cut = 0;
        while (2 * (tail + probabilities[cut]) <= ErrorRate)
        {
            tail += probabilities[cut++];
        }

        return cut - 1;
    }

    // Probability of each sum when every rank from 1 to count is taken or not by a fair coin.
    private static double[] RankSumDistribution(int count)
    {
        var probabilities = new double[(count * (count + 1) / 2) + 1];
        probabilities[0] = 1;
        for (int rank = 1; rank <= count; rank++)
        {
            for (int sum = probabilities.Length - 1; sum >= 0; sum--)
            {
                double taken = sum >= rank ? probabilities[sum - rank] : 0;
                probabilities[sum] = (probabilities[sum] + taken) / 2;
            }
        }

        return probabilities;
    }
}
