// The complement of the error function: the probability that a normal value lies further out than so many deviations (over the
// square root of two), on both sides together. The framework has none. Near zero the series of the error function is summed,
// further out the continued fraction of the complement is evaluated from its end, so that small probabilities keep their digits.

namespace Managarm.Perf.Results.Statistics;

/// <summary>The error function's complement.</summary>
public static class ErrorFunction
{
    private const double SeriesEnd = 2;
    private const int FractionTerms = 120;

    /// <summary>1 - erf(<paramref name="x"/>).</summary>
    /// <param name="x">At least 0.</param>
    /// <returns>A number from 1 down to 0, with a relative error below 1e-13.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is negative or no number.</exception>
    public static double Complement(double x)
    {
        if (double.IsNaN(x) || x < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "at least 0 is needed");
        }

        return x < SeriesEnd ? 1 - Series(x) : Fraction(x);
    }

    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double Fraction(double x)
    {
        double rest = 0;
        for (int term = FractionTerms; term > 0; term--)
        {
            rest = term / 2.0 / (x + rest);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + rest);
    }
}
