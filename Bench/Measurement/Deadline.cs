// How long a measurement may still go on. Only the number of rounds depends on it, never what a round does.

using System.Diagnostics;

namespace Managarm.Perf.Bench.Measurement;

/// <summary>A point in host time.</summary>
/// <param name="Timestamp">Value of <see cref="Stopwatch.GetTimestamp"/> at that point.</param>
public readonly record struct Deadline(long Timestamp)
{
    /// <summary>Whether it is over.</summary>
    public bool HasPassed => Stopwatch.GetTimestamp() >= Timestamp;

    /// <summary>Seconds until then, 0 when it is over.</summary>
    public double SecondsLeft => Math.Max(0, (double)(Timestamp - Stopwatch.GetTimestamp()) / Stopwatch.Frequency);

    /// <summary>The point that many seconds from now.</summary>
    public static Deadline After(double seconds) =>
        new(Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency));
}
