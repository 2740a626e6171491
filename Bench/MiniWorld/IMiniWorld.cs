// The three ways to write the small scenario, seen from the measurement: bring the world back to its start, run it under a
// strategy, check its invariants, say what happened.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Bench.MiniWorld;

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

// What a run of the small scenario amounts to. Equal seeds must give equal results in all worlds, so the record is compared as a
// whole; the hash covers every step in order.
/// <summary>Outcome of one run.</summary>
/// <param name="Steps">Steps taken.</param>
/// <param name="Decisions">Steps at which more than one party was enabled.</param>
/// <param name="Bytes">Bytes that the client read.</param>
/// <param name="Interrupts">Reads that ended with EINTR.</param>
/// <param name="TraceHash">Hash over all steps.</param>
public readonly record struct MiniResult(uint Steps, uint Decisions, uint Bytes, uint Interrupts, ulong TraceHash);
