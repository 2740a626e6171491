// Values of several variants that were measured in interleaved rounds. Whatever disturbs the machine disturbs the variants of
// one round alike, so ratios are formed within a round and only then summarised. The minimum is what the code can do, the
// median is what it did here; absolute times are shown, ratios are what is meant.

using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Measurement;

/// <summary>Rounds by variants.</summary>
public sealed class RoundTable
{
    private readonly List<double>[] rounds;

    /// <summary>Makes an empty table.</summary>
    /// <param name="variants">Number of variants.</param>
    public RoundTable(int variants)
    {
        rounds = new List<double>[variants];
        for (int variant = 0; variant < variants; variant++)
        {
            rounds[variant] = [];
        }
    }

    /// <summary>Number of complete rounds.</summary>
    public int Count => rounds[^1].Count;

    /// <summary>Adds the value of a variant in the current round.</summary>
    public void Add(int variant, double value) => rounds[variant].Add(value);

    /// <summary>Smallest value of a variant.</summary>
    public double Minimum(int variant) => rounds[variant].Min();

    /// <summary>Median value of a variant.</summary>
    public double Median(int variant) => Managarm.Perf.Results.Statistics.Median.Of(rounds[variant]);

    /// <summary>Smallest ratio within a round.</summary>
    public double MinimumRatio(int variant, int reference) => Ratios(variant, reference).Min();

    /// <summary>Median of the ratios within the rounds.</summary>
    public double MedianRatio(int variant, int reference) =>
        Managarm.Perf.Results.Statistics.Median.Of(Ratios(variant, reference));

    /// <summary>How much the rounds of a variant agree.</summary>
    public Steadiness SteadinessOf(int variant) => Steadiness.Of(rounds[variant]);

    /// <summary>How much the ratios within the rounds agree.</summary>
    public Steadiness SteadinessOfRatio(int variant, int reference) => Steadiness.Of(Ratios(variant, reference));

    private double[] Ratios(int variant, int reference)
    {
        var ratios = new double[Math.Min(rounds[variant].Count, rounds[reference].Count)];
        for (int round = 0; round < ratios.Length; round++)
        {
            ratios[round] = rounds[variant][round] / rounds[reference][round];
        }

        return ratios;
    }
}
