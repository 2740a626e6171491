// How well a figure is known that was measured in rounds: half the width of the 95 % interval of its centre, as a share. A
// machine that is busy makes rounds differ, so the interval says whether the figure means anything. Too few rounds say nothing,
// and what nothing is known of is not steady.

namespace Managarm.Perf.Results.Statistics;

/// <summary>How much the rounds of a measurement agree.</summary>
/// <param name="Spread">Half the interval's width as a share of the centre; null for too few rounds.</param>
public readonly record struct Steadiness(double? Spread)
{
    /// <summary>A figure that may be wrong by more than this share is not worth to be shown.</summary>
    public const double Limit = 0.1;

    // Neighbouring rounds share the machine's mood, and the interval is counted exactly, so many rounds are put together.
    private const int MostGroups = 64;

    /// <summary>Whether the figure is known within the limit.</summary>
    public bool IsSteady => Spread <= Limit;

    /// <summary>Judges the rounds of one figure.</summary>
    /// <param name="rounds">Its value in each round, above 0, in order.</param>
    /// <returns>How well its centre is known.</returns>
    public static Steadiness Of(IReadOnlyList<double> rounds)
    {
        if (rounds.Count < SignedRank.MinimumCount)
        {
            return new Steadiness(null);
        }

        int size = (rounds.Count + MostGroups - 1) / MostGroups;
        var ranks = SignedRank.Of([.. rounds.Chunk(size).Select(group => Math.Log(Median.Of(group)))]);
        return new Steadiness(Math.Exp((ranks.Upper - ranks.Lower) / 2) - 1);
    }
}
