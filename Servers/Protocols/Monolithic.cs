// `monolithic`: the baseline without a protocol. There is one address space; a signal sets the target's flag and cancels what
// it waits for, and the check for a flag and the wait are one step under a lock. The code is in
// Baseline/MonolithicKernel.cs; this file only says so where protocols are looked up.
//   sender  issue:    queue the signal, cancel the target's wait                 Linux: signal_wake_up, TIF_SIGPENDING
//   target  wait:     data first, then flag, then sleep, in one step             Linux: prepare_to_wait, signal_pending, schedule
//   target  return:   deliver what is pending, then return or restart            Linux: exit_to_user_mode_loop
// Wired: every interruptible call.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Baseline;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>The baseline: no servers, no messages.</summary>
public sealed class Monolithic : IProtocol, IKernelSide
{
    /// <inheritdoc/>
    public string Name => "monolithic";

    /// <inheritdoc/>
    public string Summary => "one address space, a flag, checks where a call waits: the baseline";

    /// <inheritdoc/>
    public bool IsMonolithic => true;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => CallTable.Of(kind).IsInterruptible;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system) => new() { Kernel = this };

    /// <inheritdoc/>
    public Repairs Repairs => Repairs.WaitForNamedChild | Repairs.BrokenPipeEndsWrite | Repairs.WritesWaitForRoom
        | Repairs.BrokenPipeSignals | Repairs.SignalsMerge;

    /// <inheritdoc/>
    public ISystemCalls MakeCalls(ModelSystem system) => new MonolithicKernel(system);
}
