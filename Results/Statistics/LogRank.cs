// The log-rank test: are two groups equally quick, when some of their members were given up before they were done? At each time
// at which somebody was done it compares how many of the first group were with how many should have been, had the groups been
// alike; who was given up counts as not done until then. The sum of the differences over its deviation is nearly normal, and
// ties are taken into account by the hypergeometric variance. (Mantel 1966; Peto and Peto 1972.)

namespace Managarm.Perf.Results.Statistics;

/// <summary>Result of the test.</summary>
/// <param name="ChiSquare">Square of the standardised difference, with one degree of freedom; 0 when nothing can be said.</param>
/// <param name="PValue">Probability of a difference at least as great between groups that are alike.</param>
public readonly record struct LogRank(double ChiSquare, double PValue)
{
    /// <summary>Compares two groups.</summary>
    /// <param name="first">Members of the first group.</param>
    /// <param name="second">Members of the second group.</param>
    /// <returns>The result; the order of groups and members does not matter.</returns>
    public static LogRank Of(IReadOnlyList<TimeToEvent> first, IReadOnlyList<TimeToEvent> second)
    {
        double difference = 0;
        double variance = 0;
        IEnumerable<TimeToEvent> done = first.Concat(second).Where(each => each.IsDone);
        foreach (double time in done.Select(each => each.Time).Distinct())
        {
            double atRiskFirst = first.Count(each => each.Time >= time);
            double atRisk = atRiskFirst + second.Count(each => each.Time >= time);
            double doneFirst = CountDone(first, time);
            double doneNow = doneFirst + CountDone(second, time);
            double share = atRiskFirst / atRisk;
            difference += doneFirst - (doneNow * share);
            variance += atRisk > 1 ? doneNow * share * (1 - share) * (atRisk - doneNow) / (atRisk - 1) : 0;
        }

        double chiSquare = variance > 0 ? difference * difference / variance : 0;
        return new LogRank(chiSquare, ErrorFunction.Complement(Math.Sqrt(chiSquare / 2)));
    }

    private static int CountDone(IReadOnlyList<TimeToEvent> group, double time) =>
        group.Count(each => each.IsDone && each.Time == time);
}

/// <summary>How long one member took.</summary>
/// <param name="Time">When it was done or given up.</param>
/// <param name="IsDone">Whether it was done.</param>
public readonly record struct TimeToEvent(double Time, bool IsDone);
