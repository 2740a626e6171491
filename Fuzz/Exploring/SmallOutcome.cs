// What an exploration said of one small scenario. It ends with a proof or a violation; everything else may be explored again
// with a larger bound.

namespace Managarm.Perf.Fuzz;

/// <summary>What became of a small scenario.</summary>
/// <param name="Verdict">Certified, too large, open (not explored yet), or what is violated.</param>
/// <param name="Traces">Interleavings that were visited.</param>
/// <param name="Blocked">Runs that were given up.</param>
internal readonly record struct SmallOutcome(string Verdict, long Traces, long Blocked)
{
    internal const string Certified = "certified";
    internal const string TooLarge = "too large";
    internal const string Open = "open";

    /// <summary>Not explored yet.</summary>
    internal static SmallOutcome NotExplored { get; } = new(Open, 0, 0);

    /// <summary>Whether no interleaving violates anything.</summary>
    internal bool IsCertified => Verdict == Certified;

    /// <summary>Whether another search could say more.</summary>
    internal bool IsUndecided => Verdict is TooLarge or Open;

    /// <summary>Whether something is violated.</summary>
    internal bool IsViolated => !IsCertified && !IsUndecided;
}
