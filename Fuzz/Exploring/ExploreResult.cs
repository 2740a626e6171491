// What an exploration has seen: counts, which depend on the model and the scenario alone, and one finding of each kind. Only a
// complete exploration without findings proves something.

using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Result of an exploration.</summary>
public sealed record ExploreResult
{
    /// <summary>Runs that went to their end: distinguishable interleavings.</summary>
    public required long Traces { get; init; }

    /// <summary>Runs that were given up because all that could follow had been seen.</summary>
    public required long Blocked { get; init; }

    /// <summary>Further runs of known interleavings in which time passes as late as possible, to judge them when idle.</summary>
    public required long IdleRuns { get; init; }

    /// <summary>Steps of all runs.</summary>
    public required long Steps { get; init; }

    /// <summary>Decisions of all runs.</summary>
    public required long Decisions { get; init; }

    /// <summary>The longest run, in transitions.</summary>
    public required int LongestRun { get; init; }

    /// <summary>The most parties that there were.</summary>
    public required int Parties { get; init; }

    /// <summary>Part of the tree that has been searched, estimated from the present path.</summary>
    public required double SearchedShare { get; init; }

    /// <summary>Whether the tree has been searched to its end.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>What was violated, one of a kind, with the schedule that shows it.</summary>
    public required IReadOnlyList<ExploreFinding> Findings { get; init; }

    /// <summary>All runs.</summary>
    public long Runs => Traces + Blocked + IdleRuns;
}

/// <summary>A violation that an exploration has met.</summary>
/// <param name="Violation">The violation.</param>
/// <param name="Schedule">The schedule that shows it.</param>
/// <param name="Run">Number of the run, from 1.</param>
public sealed record ExploreFinding(Violation Violation, Schedule Schedule, long Run);
