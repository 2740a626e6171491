// The words for a call depth in names and lists, so that the workloads of all kinds of coroutines are called alike.

namespace Managarm.Perf.Bench;

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
