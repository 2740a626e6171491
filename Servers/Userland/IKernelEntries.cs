// The kernel entries of a user thread. What lies on the user's side of them is user code, and what lies behind them is kernel:
// in the simulation the kernel runs on its caller's party, in the threaded host an entry is a request to another OS thread.

using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;

namespace Managarm.Perf.Servers.Userland;

/// <summary>Enters the kernel for user code.</summary>
public interface IKernelEntries
{
    /// <summary>Stops the thread for a supercall and waits until the POSIX server resumes it.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="number">Which supercall.</param>
    /// <param name="argument0">First argument.</param>
    /// <param name="argument1">Second argument.</param>
    /// <param name="argument2">Third argument.</param>
    /// <returns>First result register.</returns>
    ModelTask<long> Call(
        Handle<KernelThread> thread, SuperCall number, long argument0, long argument1, long argument2);

    /// <summary>Enters the kernel by a supercall that ends an activation; the caller has nothing more to run.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="isHandler">Whether a handler returns, rather than the thread ends.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> EndActivation(Handle<KernelThread> thread, bool isHandler);

    /// <summary>Drives the queue (helDriveQueue): submits what was pushed and, if asked, blocks until something is
    /// notified.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="waits">Whether to block.</param>
    /// <returns>Cancelled when the block was interrupted.</returns>
    ModelTask<HelError> Drive(Handle<KernelThread> thread, bool waits);

    /// <summary>Creates a oneshot event (helCreateOneshotEvent).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>Its descriptor, or 0 when the kernel has no room.</returns>
    ModelTask<uint> CreateEvent(Handle<KernelThread> thread);

    /// <summary>Closes the descriptor of an event (helCloseDescriptor).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <returns>NoDescriptor when there is none.</returns>
    ModelTask<HelError> CloseEvent(Handle<KernelThread> thread, uint descriptor);
}
