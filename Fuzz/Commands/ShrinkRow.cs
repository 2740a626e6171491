// A row of the table of `shrink --all`. It holds text rather than a scenario, since the shrinker owns that until its next use.

namespace Managarm.Perf.Fuzz;

/// <summary>What became of one finding.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Scenario">What is left, in normal form.</param>
/// <param name="Effort">What it took.</param>
/// <param name="Surviving">Single deletions that still show the violation; empty when it is minimal or was not checked.</param>
internal sealed record ShrinkRow(string Name, string Scenario, ShrinkEffort Effort, IReadOnlyList<string> Surviving);
