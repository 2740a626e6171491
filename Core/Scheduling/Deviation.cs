// A deviation is the unit of a schedule: at the n-th point of a party, run another party instead of the one that the
// non-preemptive default would run. A schedule is nothing but its deviations, so its length is the number of preemptions and
// it survives edits of the scenario that do not touch the parties it names.

namespace Managarm.Perf.Core;

/// <summary>One preemption: "party's point number n: run next".</summary>
/// <param name="Party">The party that reached the point.</param>
/// <param name="Point">Which of its points, counted from 1.</param>
/// <param name="Next">The party that runs instead.</param>
public readonly record struct Deviation(byte Party, byte Next, uint Point);
