// The kernel entries of the simulation: kernel code runs on its caller's party, so an entry is a point and then the kernel's own
// code. The threaded host runs this code, too, on the kernel's side of its requests.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Hardware.Thor;
using Managarm.Perf.Servers.Dispatch;

namespace Managarm.Perf.Servers.Userland;

/// <summary>Kernel entries whose kernel runs on the caller's party.</summary>
internal sealed class KernelEntries(World world, Processors processors) : IKernelEntries
{
    /// <inheritdoc/>
    public async ModelTask<long> Call(
        Handle<KernelThread> thread, SuperCall number, long argument0, long argument1, long argument2)
    {
        await world.WritePoint(PointKind.SuperCall, ObjectKind.Thread, thread.Index);
        Trap(thread, number, argument0, argument1, argument2);
        await new StopAwaiter(world, thread);
        return world.Threads[thread].Registers[0];
    }

    /// <inheritdoc/>
    public async ModelTask<Unit> EndActivation(Handle<KernelThread> thread, bool isHandler)
    {
        await world.WritePoint(PointKind.SuperCall, ObjectKind.Thread, thread.Index);
        Trap(thread, isHandler ? SuperCall.SigRestore : SuperCall.ThreadExit, 0, 0, 0);
        return default;
    }

    /// <inheritdoc/>
    public async ModelTask<HelError> Drive(Handle<KernelThread> thread, bool waits)
    {
        Handle<IpcQueue> queue = world.Threads[thread].Queue;
        await world.WritePoint(PointKind.Drive, ObjectKind.QueueOwner, queue.Index);
        world.Counters.UserEntries++;
        world.Queues.BeginDrive(queue);
        while (world.Queues.ProcessSubmission(queue))
        {
            if (world.Queues.HasSubmission(queue))
            {
                await world.WritePoint(PointKind.Submit, ObjectKind.QueueOwner, queue.Index);
            }
        }

        const UserNotify masked = UserNotify.SupplySubmission;
        if (waits)
        {
            world.Reads(ObjectKind.Queue, queue.Index);
        }

        if (!waits || (world.Queues[queue].UserNotify & ~masked) != 0)
        {
            return HelError.None;
        }

        if (world.Threads[thread].HasInterrupt)
        {
            return HelError.Cancelled;
        }

        world.Writes(ObjectKind.Queue, queue.Index);
        world.Queues[queue].IsWaiting = true;
        world.Queues[queue].WaitMask = masked;
        world.Threads.Block(thread);
        HelError result = await new StopAwaiter(world, thread);
        processors.Migrate(world.Scheduler.Current);
        return result;
    }

    /// <inheritdoc/>
    public async ModelTask<uint> CreateEvent(Handle<KernelThread> thread)
    {
        Handle<Universe> universe = world.Threads[thread].Universe;
        await world.WritePoint(PointKind.EventCreate, ObjectKind.Universe, universe.Index);
        world.Counters.UserEntries++;
        return world.Hel.CreateOneshotEvent(universe, out uint descriptor) == HelError.None ? descriptor : 0;
    }

    /// <inheritdoc/>
    public async ModelTask<HelError> CloseEvent(Handle<KernelThread> thread, uint descriptor)
    {
        Handle<Universe> universe = world.Threads[thread].Universe;
        await world.WritePoint(PointKind.EventClose, ObjectKind.Universe, universe.Index);
        world.Counters.UserEntries++;
        return world.Universes.Close(universe, descriptor);
    }

    private void Trap(Handle<KernelThread> thread, SuperCall number, long argument0, long argument1, long argument2)
    {
        world.Counters.UserEntries++;
        world.Counters.SuperCalls++;
        ref KernelThread state = ref world.Threads[thread];
        state.Registers[0] = argument0;
        state.Registers[1] = argument1;
        state.Registers[2] = argument2;
        world.Threads.Stop(thread, Observation.SuperCall + (byte)number);
    }
}
