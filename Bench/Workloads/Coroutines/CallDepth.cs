// How deep the coroutine that suspends lies below the one whose cost is measured. Every kind of coroutine is measured at each
// depth, since a deep call pays once per level for what a shallow one pays once.

namespace Managarm.Perf.Bench;

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
