// What the monolithic kernel keeps of a thread beside what it shares with the POSIX server: where the thread is in its call. The
// message protocols have no use for it, so it is not among the fields of PosixThread.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Servers.Baseline;

/// <summary>A thread of the monolithic kernel.</summary>
internal struct MonolithicThread
{
    /// <summary>Cancels what the thread waits for inside a call, or none.</summary>
    public Handle<CancelSource> CallSource;

    /// <summary>Whether a handler's frame did not fit.</summary>
    public bool IsStackExhausted;

    /// <summary>Whether the new image of an exec starts when the thread's turn ends.</summary>
    public bool IsExecuting;
}
