// What a thread looks at before it blocks for a completion. The protocols that let the thread cancel its own request differ in
// the word that tells it to.

namespace Managarm.Perf.Servers.Userland;

/// <summary>When to give up waiting for a completion.</summary>
public enum DequeueUntil : byte
{
    /// <summary>Never.</summary>
    Completion,

    /// <summary>When the guard flag says that a signal is parked (since mlibc 80c3f3a3).</summary>
    SignalParked,

    /// <summary>When a signal is parked, by a look in the step before the block. What is parked after the look alerts the queue,
    /// so that the block is none.</summary>
    SignalParkedUnseen,

    /// <summary>When the POSIX server has asked for a cancel (mlibc 5730ed14 to 80c3f3a3).</summary>
    CancelRequested,
}
