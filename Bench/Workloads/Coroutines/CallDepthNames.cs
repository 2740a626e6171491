// The words for a call depth in names and lists, so that the workloads of all kinds of coroutines are called alike.

namespace Managarm.Perf.Bench.Workloads.Coroutines;

/// <summary>Names of call depths.</summary>
internal static class CallDepthNames
{
    /// <summary>First part of a workload's name.</summary>
    internal static string Prefix(this CallDepth depth) => depth switch
    {
        CallDepth.Loop => "coroutine-suspend",
        CallDepth.Call => "coroutine-call",
        _ => "coroutine-three-deep",
    };

    /// <summary>What happens, for lists.</summary>
    internal static string Describe(this CallDepth depth) => depth switch
    {
        CallDepth.Loop => "suspend and resume a loop",
        CallDepth.Call => "call a coroutine that suspends once",
        _ => "call three deep, the innermost suspends once",
    };
}

// How deep the coroutine that suspends lies below the one whose cost is measured. Every kind of coroutine is measured at each
// depth, since a deep call pays once per level for what a shallow one pays once.
/// <summary>Calls between a loop and the coroutine that suspends.</summary>
public enum CallDepth
{
    /// <summary>The loop itself suspends.</summary>
    Loop,

    /// <summary>The loop calls a coroutine that suspends once.</summary>
    Call,

    /// <summary>The loop calls a coroutine that calls one that calls one that suspends once.</summary>
    ThreeDeep,
}
