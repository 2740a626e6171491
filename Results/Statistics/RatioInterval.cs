// How long one thing takes as a multiple of another, with the range in which the truth lies. It is formed from one logarithm per
// launch, since only launches are independent: the rounds inside share addresses, compiled code and mood of the machine.

namespace Managarm.Perf.Results.Statistics;

/// <summary>A ratio of times with its 95 % interval.</summary>
/// <param name="Estimate">The ratio; above 1 means that it takes longer than the reference.</param>
/// <param name="Lower">Lower end of the interval.</param>
/// <param name="Upper">Upper end of the interval.</param>
/// <param name="Launches">Number of independent launches behind it.</param>
public readonly record struct RatioInterval(double Estimate, double Lower, double Upper, int Launches)
{
    /// <summary>How much the launches agree.</summary>
    public Steadiness Steadiness => new(Math.Sqrt(Upper / Lower) - 1);

    /// <summary>Forms the interval from one logarithm of the ratio per launch.</summary>
    /// <param name="logRatios">As many as <see cref="SignedRank.Of"/> takes.</param>
    /// <returns>The interval.</returns>
    public static RatioInterval FromLaunches(IReadOnlyList<double> logRatios)
    {
        var ranks = SignedRank.Of(logRatios);
        return new RatioInterval(Math.Exp(ranks.Estimate), Math.Exp(ranks.Lower), Math.Exp(ranks.Upper), logRatios.Count);
    }
}
