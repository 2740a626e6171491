// One thing left out of a finding, for the checker of minimality. It says in words what is gone, so that whoever is told that the
// finding can do without it need not compare scenarios.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>A finding without one thing.</summary>
/// <param name="What">What was left out, in words.</param>
/// <param name="Scenario">The scenario without it, valid and linked.</param>
/// <param name="Deviations">Deviations that a schedule may have.</param>
internal sealed record Deletion(string What, Scenario Scenario, int Deviations);
