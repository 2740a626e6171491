// `none`, G0: Managarm before July 2025. The guard flag only delays delivery: a signal that is accepted inside a guard is
// parked (flag 2) and raised when the guard ends, but nobody tells the call. A blocked read or wait ends when it ends.
//   user    request: guard, submit at once, wait for the completion              mlibc posix-pipe.hpp, exchangeMsgsSync
//   POSIX   parked:  nothing                                                      posix process.cpp before managarm 8b92a524d
// Wired: nothing in the sense of a promise; the oracle still judges every interruptible call, so each blocked class is
// reported once.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>G0: no cancellation. What a side does when a protocol says nothing is what it does here.</summary>
public sealed class Uncancelled : IProtocol, ILibrarySide
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public string Summary => "G0: no cancellation; signals wait for the guard to end";

    /// <inheritdoc/>
    public Limits LimitsOfRepair => Limits.DeafServers | Limits.Interruption;

    /// <inheritdoc/>
    public Repairs Windows =>
        SharedWindows.All & ~(Repairs.KilledRequestCancelled | Repairs.EndingRequestCancelled);

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => CallTable.Of(kind).IsInterruptible;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system) => new() { Library = this };

    /// <inheritdoc/>
    public SubmissionMode Submission => SubmissionMode.Direct;
}
