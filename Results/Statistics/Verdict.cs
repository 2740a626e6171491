// What a ratio means, given how much one cares about. The margin makes three honest answers possible: slower or faster is said
// only when the whole interval lies beyond the margin, equal only when it lies within, and everything else is not known yet.
// Without a margin a long enough measurement calls any two things different.

namespace Managarm.Perf.Results.Statistics;

/// <summary>Answer of a comparison.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="MoreLaunches">When nothing can be told: about how many more launches would tell, 0 otherwise.</param>
public readonly record struct Verdict(ComparisonAnswer Answer, int MoreLaunches)
{
    /// <summary>The most launches that are ever asked for: beyond that the ratio lies on the margin itself.</summary>
    public const int MostLaunches = 1000;

    /// <summary>Judges a ratio.</summary>
    /// <param name="ratio">The ratio.</param>
    /// <param name="margin">Difference that does not matter, as a share: 0.03 is 3 %; above 0.</param>
    /// <returns>The verdict.</returns>
    public static Verdict Of(RatioInterval ratio, double margin)
    {
        double limit = 1 + margin;
        return ratio switch
        {
            _ when ratio.Lower > limit => new Verdict(ComparisonAnswer.Slower, 0),
            _ when ratio.Upper < 1 / limit => new Verdict(ComparisonAnswer.Faster, 0),
            _ when ratio.Lower >= 1 / limit && ratio.Upper <= limit => new Verdict(ComparisonAnswer.Equal, 0),
            _ => new Verdict(ComparisonAnswer.Unclear, LaunchesMissing(ratio, Math.Log(limit))),
        };
    }

    // The interval shrinks with the root of the launches; it has to fit between the estimate and the nearest limit.
    private static int LaunchesMissing(RatioInterval ratio, double logLimit)
    {
        double reach = Math.Max(Math.Log(ratio.Upper / ratio.Estimate), Math.Log(ratio.Estimate / ratio.Lower));
        double room = Math.Abs(Math.Abs(Math.Log(ratio.Estimate)) - logLimit);
        double needed = ratio.Launches * Math.Pow(reach / room, 2);
        return needed < MostLaunches ? Math.Max(1, (int)Math.Ceiling(needed) - ratio.Launches) : MostLaunches;
    }
}

/// <summary>What a comparison says of a thing beside its reference.</summary>
public enum ComparisonAnswer
{
    /// <summary>The difference is smaller than what matters.</summary>
    Equal,

    /// <summary>It takes longer, by more than what matters.</summary>
    Slower,

    /// <summary>It takes less time, by more than what matters.</summary>
    Faster,

    /// <summary>The machine was too noisy for the time that was given.</summary>
    Unclear,
}
