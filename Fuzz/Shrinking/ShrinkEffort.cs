// Sizes before and after, and what lay between. Candidates, runs and hits are counted in the order of the candidates up to the
// one that was taken, so they do not depend on how many were tried at once.

namespace Managarm.Perf.Fuzz;

/// <summary>What shrinking a finding took.</summary>
/// <param name="Before">Size of what was found.</param>
/// <param name="After">Size of what is left.</param>
/// <param name="Candidates">Candidates tried.</param>
/// <param name="Runs">Runs that this took.</param>
/// <param name="MemoHits">Candidates that were known not to show the violation.</param>
/// <param name="Elapsed">Time of the host.</param>
public readonly record struct ShrinkEffort(
    ShrinkMeasure Before, ShrinkMeasure After, int Candidates, int Runs, int MemoHits, TimeSpan Elapsed);
