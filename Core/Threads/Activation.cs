// What runs on a thread is a stack of activations: at the bottom the strand of the scenario, above it the signal handlers
// that interrupted it, each of which may make calls of its own. Only the topmost runs. Pushing saves where the one below was
// stopped; sigreturn pops.

namespace Managarm.Perf.Core.Threads;

/// <summary>One activation of a thread.</summary>
public struct Activation
{
    /// <summary>Strand of the scenario that it executes, or -1 for a handler without calls.</summary>
    public int Strand;

    /// <summary>Signal that it handles, by table index + 1, or 0 at the bottom.</summary>
    public int Signal;

    /// <summary>Next call to make, as index into the scenario, or -1 at the end: where the thread of a new image
    /// begins.</summary>
    public int NextCall;

    /// <summary>Activation below by index + 1, or 0.</summary>
    public int Below;

    /// <summary>Where the activation below was stopped: its coroutine, or 0.</summary>
    public int SavedContinuation;

    /// <summary>Registers to restore on return.</summary>
    public RegisterFile SavedRegisters;

    /// <summary>Signal mask to restore on return (the frame's ucontext).</summary>
    public ulong SavedMask;

    /// <summary>Whether the handler was installed with SA_RESTART.</summary>
    public bool Restarts;

    /// <summary>Whether its coroutine was started.</summary>
    public bool IsStarted;
}
