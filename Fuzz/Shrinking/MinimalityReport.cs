// What a check of minimality has seen. It counts what was tried, so that nothing is called minimal of which nothing was tried.

namespace Managarm.Perf.Fuzz;

/// <summary>Whether a finding is minimal.</summary>
/// <param name="IsViolated">Whether its schedule applies and shows a violation at all.</param>
/// <param name="Deletions">Single deletions that were tried.</param>
/// <param name="Runs">Runs that this took.</param>
/// <param name="Surviving">Deletions that still show the violation, in words.</param>
public sealed record MinimalityReport(bool IsViolated, int Deletions, int Runs, IReadOnlyList<string> Surviving)
{
    /// <summary>Whether every single deletion loses the violation.</summary>
    public bool IsMinimal => IsViolated && Surviving.Count == 0;
}
