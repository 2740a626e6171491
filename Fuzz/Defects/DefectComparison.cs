// Two hunts for the same defect: by how much the median moved, and whether that can be chance. Medians that lie beyond the bound
// are known from one side only, and so is their ratio; what is claimed of it holds for every value that it may have.

using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Fuzz.Defects;

/// <summary>A defect before and after a change.</summary>
/// <param name="Before">Result before.</param>
/// <param name="After">Result after.</param>
internal sealed record DefectComparison(DefectHuntResult Before, DefectHuntResult After)
{
    private const double ErrorRate = 0.01;

    /// <summary>Probability of such a difference if nothing has changed, by the log-rank test.</summary>
    internal double PValue { get; } = LogRank.Of(TimesOf(Before.Tally), TimesOf(After.Tally)).PValue;

    /// <summary>Median after over median before; with a median beyond its bound, the bound stands for it.</summary>
    internal double Ratio => (double)(After.Tally.Median ?? After.Tally.Bound) / (Before.Tally.Median ?? Before.Tally.Bound);

    /// <summary>Whether both medians are known, one of them, or none.</summary>
    internal string RatioText => (Before.Tally.Median, After.Tally.Median) switch
    {
        (null, null) => "-",
        (null, _) => "< " + Number(Ratio),
        (_, null) => "> " + Number(Ratio),
        _ => Number(Ratio),
    };

    /// <summary>Whether it takes at most half as many runs now, and that is no chance.</summary>
    internal bool Halves => After.Tally.Median is not null && Ratio <= 0.5 && PValue < ErrorRate;

    /// <summary>Whether it takes at least twice as many runs now, and that is no chance.</summary>
    internal bool Doubles => Before.Tally.Median is not null && Ratio >= 2 && PValue < ErrorRate;

    /// <summary>In a word what happened; empty when nothing that matters did.</summary>
    internal string Verdict => Halves ? "halves" : Doubles ? "doubles" : "";

    private static TimeToEvent[] TimesOf(HuntTally tally) =>
        [.. tally.Attempts.Select(each => new TimeToEvent(each.Runs, each.IsFound))];

    private static string Number(double value) =>
        value.ToString(value < 10 ? "0.00" : "0.0", System.Globalization.CultureInfo.InvariantCulture);
}
