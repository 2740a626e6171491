// Bounds of generated and mutated programs. Small programs find races sooner: every call that does not matter multiplies
// the schedules.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>What generated programs may contain.</summary>
public sealed record GenerationOptions
{
    /// <summary>The calls that may occur.</summary>
    public CallSet Calls { get; init; } = CallSet.All;

    /// <summary>The greatest number of calls, at most <see cref="Program.MaximumCalls"/>.</summary>
    public int MaximumCalls { get; init; } = 16;

    /// <summary>Whether files of the external server may occur.</summary>
    public bool AllowsDevices { get; init; } = true;
}
