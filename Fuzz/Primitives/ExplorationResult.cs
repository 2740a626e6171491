// What an exploration found. It ends at the first violation; without one it is complete, unless it was interrupted.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Result of an exploration.</summary>
public sealed record ExplorationResult
{
    /// <summary>What became of it.</summary>
    public required ClientVerdict Verdict { get; init; }

    /// <summary>What exactly is wrong; empty when nothing is.</summary>
    public required string Detail { get; init; }

    /// <summary>Interleavings that ran to their end, the violating one included.</summary>
    public required long Interleavings { get; init; }

    /// <summary>Beginnings of interleavings that were given up because every continuation is equivalent to an explored
    /// one.</summary>
    public required long Pruned { get; init; }

    /// <summary>Beginnings of interleavings that were given up because a thread kept loading one store of a word: under weak
    /// memory a thread could go on with that for ever, but stores become visible in finite time.</summary>
    public required long Unfair { get; init; }

    /// <summary>Steps: atomic accesses, sleeps and wakes that were executed.</summary>
    public required long Steps { get; init; }

    /// <summary>Operations of the longest history.</summary>
    public required int Operations { get; init; }

    /// <summary>Whether every interleaving was explored, or one that is equivalent to it.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The violating interleaving, in order; empty when there is none.</summary>
    public required IReadOnlyList<TraceEntry> Trace { get; init; }

    /// <summary>Distinct outcomes, if they were asked for.</summary>
    public required IReadOnlySet<string> Outcomes { get; init; }
}

/// <summary>One access of an interleaving.</summary>
/// <param name="Thread">Who made it.</param>
/// <param name="Operation">Operation in which it was made.</param>
/// <param name="Access">The access.</param>
/// <param name="Performed">What came of it.</param>
public readonly record struct TraceEntry(
    int Thread, PrimitiveOperation Operation, MemoryAccess Access, PerformedAccess Performed);
