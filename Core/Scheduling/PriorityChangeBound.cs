// What PCT promises (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): a bug of depth d among n parties and k steps is
// found by one run with probability at least 1 / (n k^(d-1)). The promise holds as long as runs take at most k steps, so it is
// printed together with them.

namespace Managarm.Perf.Core;

/// <summary>The promise of PCT for one scenario.</summary>
/// <param name="Parties">Number n of parties.</param>
/// <param name="Steps">Length k of a run, in steps.</param>
/// <param name="Depth">Depth d.</param>
public readonly record struct PriorityChangeBound(int Parties, uint Steps, int Depth)
{
    /// <summary>Probability that one run finds a bug of this depth, at least.</summary>
    public double Probability => 1 / (Parties * Math.Pow(Steps, Depth - 1));

    /// <summary>Runs after which a bug of this depth has been found with a given confidence, if chance does no better than
    /// promised.</summary>
    /// <param name="confidence">Between 0 and 1, both excluded.</param>
    /// <returns>Number of runs, rounded up.</returns>
    public double RunsFor(double confidence) =>
        Probability >= 1 ? 1 : Math.Ceiling(Math.Log(1 - confidence) / Math.Log(1 - Probability));
}
