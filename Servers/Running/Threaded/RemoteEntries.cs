// The kernel entries of the threaded host's user side: an entry is a request, and the thread goes on when the answer is there.
// What the kernel and the servers know of a thread they know from its requests: elements that were pushed to the submission
// queue travel with the drive, registers and guard flag with every entry.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Running.Threaded;

/// <summary>Kernel entries whose kernel is another OS thread.</summary>
internal sealed class RemoteEntries(UserSide user) : IKernelEntries, ISystemCalls
{
    private readonly World world = user.System.World;

    /// <inheritdoc/>
    public async ModelTask<long> Call(
        Handle<KernelThread> thread, SuperCall number, long argument0, long argument1, long argument2)
    {
        user.SendCall(thread, number, argument0, argument1, argument2);
        await new StopAwaiter(world, thread);
        return world.Threads[thread].Registers[0];
    }

    /// <inheritdoc cref="IKernelEntries.EndActivation"/>
    public ModelTask<Unit> EndActivation(Handle<KernelThread> thread, bool isHandler)
    {
        user.SendEnd(thread, isHandler);
        return default;
    }

    /// <inheritdoc/>
    public async ModelTask<HelError> Drive(Handle<KernelThread> thread, bool waits)
    {
        Handle<IpcQueue> queue = world.Threads[thread].Queue;
        world.Queues.BeginDrive(queue);
        while (world.Queues.TryTakeSubmission(queue, out Handle<Operation> operation))
        {
            user.SendSubmission(thread, operation);
        }

        bool isNotified = (world.Queues[queue].UserNotify & ~UserNotify.SupplySubmission) != 0;
        user.SendDrive(thread, waits && !isNotified);
        await new StopAwaiter(world, thread);
        return (HelError)world.Threads[thread].Registers[0];
    }

    /// <inheritdoc/>
    public async ModelTask<uint> CreateEvent(Handle<KernelThread> thread)
    {
        user.SendCreateEvent(thread);
        await new StopAwaiter(world, thread);
        return (uint)world.Threads[thread].Registers[0];
    }

    /// <inheritdoc/>
    public async ModelTask<HelError> CloseEvent(Handle<KernelThread> thread, uint descriptor)
    {
        user.SendCloseEvent(thread, descriptor);
        await new StopAwaiter(world, thread);
        return (HelError)world.Threads[thread].Registers[0];
    }

    /// <summary>Makes a call of a monolithic kernel, which is one entry.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="call">The call.</param>
    /// <returns>What the call returns to user code.</returns>
    public async ModelTask<CallResult> Invoke(Handle<KernelThread> thread, Call call)
    {
        user.SendInvoke(thread, call);
        await new StopAwaiter(world, thread);
        return user.TakeResult(thread);
    }

    /// <inheritdoc/>
    public ModelTask<Unit> BeginThread(Handle<KernelThread> thread, bool isHandler) => default;

    /// <inheritdoc/>
    public bool TakeAttention(Handle<KernelThread> thread) => false;

    /// <inheritdoc/>
    public void AfterRun(Handle<KernelThread> thread)
    {
    }
}
