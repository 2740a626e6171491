// A way of making findings smaller. It numbers what it would try, in a fixed order that depends on nothing but the finding at
// hand; the shrinker asks for number after number, in parallel, and takes the first that still shows the violation. So the result
// does not depend on how many are tried at once.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>A family of candidates.</summary>
internal interface IReduction
{
    /// <summary>How many numbers there are; not every number need stand for a candidate.</summary>
    /// <param name="scenario">The scenario at hand.</param>
    /// <param name="schedule">Its schedule.</param>
    int CountOf(Scenario scenario, Schedule schedule);

    /// <summary>Makes a candidate.</summary>
    /// <param name="candidate">A copy of the finding at hand, to be changed; what dangles afterwards is repaired.</param>
    /// <param name="number">Which candidate.</param>
    /// <returns>False when this number stands for none.</returns>
    bool Apply(ShrinkCandidate candidate, int number);
}
