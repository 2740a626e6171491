// The three ways to write the small scenario, seen from the measurement: bring the world back to its start, run it under a
// strategy, check its invariants, say what happened.

using Managarm.Perf.Core;

namespace Managarm.Perf.Bench;

/// <summary>A world that runs the small scenario.</summary>
public interface IMiniWorld : IDisposable
{
    /// <summary>Name in tables.</summary>
    string Name { get; }

    /// <summary>Resets the world and runs it to its end.</summary>
    /// <param name="strategy">Who decides.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="ToolBugException">An invariant of the scenario does not hold.</exception>
    MiniResult Run(IScheduleStrategy strategy);
}
