// Times of several contestants that were measured in mirrored rounds, A B C C B A, over several launches of fresh processes. A
// round gives each contestant the mean of its two logarithms, so that whatever grows or falls steadily during the round cancels
// out of every ratio. A launch gives each pair the median over its rounds, so that a stolen time slice costs one round and not
// the launch. Intervals are formed over launches alone.

namespace Managarm.Perf.Results.Statistics;

/// <summary>Mirrored rounds of contestants, by launch.</summary>
public sealed class ContestTable
{
    private readonly int contestants;
    private readonly List<List<double[]>> launches = [];

    /// <summary>Makes an empty table.</summary>
    /// <param name="contestants">Number of contestants.</param>
    public ContestTable(int contestants)
    {
        this.contestants = contestants;
    }

    /// <summary>Number of launches.</summary>
    public int Launches => launches.Count;

    /// <summary>Number of rounds in all launches.</summary>
    public int Rounds => launches.Sum(rounds => rounds.Count);

    /// <summary>Starts a launch; rounds that follow belong to it.</summary>
    public void BeginLaunch() => launches.Add([]);

    /// <summary>Adds one mirrored round.</summary>
    /// <param name="first">Nanoseconds per operation of each contestant on the way out.</param>
    /// <param name="second">The same on the way back.</param>
    public void AddRound(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var logarithms = new double[contestants];
        for (int contestant = 0; contestant < contestants; contestant++)
        {
            logarithms[contestant] = (Math.Log(first[contestant]) + Math.Log(second[contestant])) / 2;
        }

        launches[^1].Add(logarithms);
    }

    /// <summary>How long a contestant takes as a multiple of another.</summary>
    /// <param name="contestant">Whose time is asked for.</param>
    /// <param name="reference">What it is divided by.</param>
    /// <returns>The ratio with its interval; there must be at least <see cref="SignedRank.MinimumCount"/> launches.</returns>
    public RatioInterval Ratio(int contestant, int reference) => RatioInterval.FromLaunches(
        [.. launches.Select(rounds => Median.Of([.. rounds.Select(round => round[contestant] - round[reference])]))]);

    /// <summary>Time of a contestant in the middle round of the middle launch.</summary>
    /// <param name="contestant">The contestant.</param>
    /// <returns>Nanoseconds per operation.</returns>
    public double Nanoseconds(int contestant) => Math.Exp(Median.Of(MiddleRounds(contestant)));

    /// <summary>How much the launches agree on the time of a contestant.</summary>
    /// <param name="contestant">The contestant.</param>
    public Steadiness SteadinessOf(int contestant) =>
        Steadiness.Of([.. MiddleRounds(contestant).Select(Math.Exp)]);

    private double[] MiddleRounds(int contestant) =>
        [.. launches.Select(rounds => Median.Of([.. rounds.Select(round => round[contestant])]))];
}
