// Bounds of generated and mutated scenarios. Small scenarios find races sooner: every call that does not matter multiplies
// the schedules. What is allowed only on demand draws nothing from the random stream while it is not, so a seed keeps its
// scenarios when the generator learns something new.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>What generated scenarios may contain.</summary>
public sealed record GenerationOptions
{
    /// <summary>The calls that may occur.</summary>
    public CallSet Calls { get; init; } = CallSet.All;

    /// <summary>The greatest number of calls, at most <see cref="Scenario.MaximumCalls"/>.</summary>
    public int MaximumCalls { get; init; } = 16;

    /// <summary>Whether files of the external servers may occur.</summary>
    public bool AllowsDevices { get; init; } = true;

    /// <summary>Whether processes may start new images and clone threads.</summary>
    public bool AllowsProcessChanges { get; init; }

    /// <summary>Whether servers may die.</summary>
    public bool AllowsCrashes { get; init; }

    /// <summary>Whether there may be several devices, of any kind and on any server; otherwise there is at most one
    /// terminal.</summary>
    public bool AllowsServerKinds { get; init; }

    /// <summary>Whether a few scenarios may have as many processes and threads as there can be, and then more than
    /// <see cref="MaximumCalls"/> calls.</summary>
    public bool AllowsCrowds { get; init; }

    /// <summary>Whether one blocked call may be sent two signals at once, of which one is meant for its thread
    /// only.</summary>
    public bool AllowsSignalPairs { get; init; }

    /// <summary>Whether calls of any kind may be added where they meet others, and signals kept pending.</summary>
    public bool AllowsMeetings { get; init; }

    /// <summary>Whatever the language has.</summary>
    public static GenerationOptions Everything => new()
    {
        AllowsProcessChanges = true,
        AllowsCrashes = true,
        AllowsServerKinds = true,
        AllowsCrowds = true,
        AllowsSignalPairs = true,
        AllowsMeetings = true,
    };

    /// <summary>Whether a call of this kind may occur.</summary>
    public bool Permits(CallKind kind) => Calls.Contains(kind) && kind switch
    {
        CallKind.Exec or CallKind.Clone => AllowsProcessChanges,
        CallKind.Crash => AllowsCrashes,
        _ => true,
    };
}
