// The kernel's entry points as hel declares them (hel-syscalls.h, thor hel.cpp): a universe and descriptor numbers in, hel's
// error out. Everything that user code can get wrong ends here as an error; the objects behind may rely on their arguments.
// Entry points that block or that stop the caller are the userland's, since the party that calls suspends in them.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Hel;

/// <summary>Kernel calls on objects that descriptors name.</summary>
public sealed class HelCalls
{
    private readonly World world;

    internal HelCalls(World world)
    {
        this.world = world;
    }

    /// <summary>Creates a oneshot event (helCreateOneshotEvent).</summary>
    /// <param name="universe">Universe of the caller.</param>
    /// <param name="descriptor">Its descriptor, with the rights to wait and to signal.</param>
    /// <returns>NoMemory when a table is full.</returns>
    public HelError CreateOneshotEvent(Handle<Universe> universe, out uint descriptor) =>
        CreateEvent(universe, DescriptorKind.OneshotEvent, out descriptor);

    /// <summary>Creates a bitset event (helCreateBitsetEvent).</summary>
    /// <param name="universe">Universe of the caller.</param>
    /// <param name="descriptor">Its descriptor, with the rights to wait and to signal.</param>
    /// <returns>NoMemory when a table is full.</returns>
    public HelError CreateBitsetEvent(Handle<Universe> universe, out uint descriptor) =>
        CreateEvent(universe, DescriptorKind.BitsetEvent, out descriptor);

    /// <summary>Creates an interrupt object for a pin (helHandleIrq).</summary>
    /// <param name="universe">Universe of the driver.</param>
    /// <param name="descriptor">Its descriptor, with the rights to wait and to signal.</param>
    /// <returns>NoMemory when a table is full.</returns>
    public HelError HandleIrq(Handle<Universe> universe, out uint descriptor) =>
        CreateEvent(universe, DescriptorKind.Irq, out descriptor);

    /// <summary>Raises a oneshot event (helRaiseEvent).</summary>
    /// <param name="universe">Universe of the caller.</param>
    /// <param name="descriptor">A oneshot event, with the right to signal.</param>
    /// <returns>NoDescriptor, BadDescriptor, BadRights, or IllegalState for an event that was raised before.</returns>
    public HelError RaiseEvent(Handle<Universe> universe, uint descriptor)
    {
        HelError error = world.Universes.Resolve(
            universe, descriptor, DescriptorKind.OneshotEvent, HelRights.Signal, out ulong target);
        return error != HelError.None ? error : world.KernelEvents.Raise(Handle<KernelEvent>.FromBits(target));
    }

    /// <summary>Answers an interrupt (helAcknowledgeIrq).</summary>
    /// <param name="universe">Universe of the driver.</param>
    /// <param name="descriptor">An interrupt object, with the right to signal.</param>
    /// <param name="answer">Mode, and Clear with Kick.</param>
    /// <param name="sequence">Sequence of the interrupt that is answered.</param>
    /// <returns>NoDescriptor, BadDescriptor, BadRights, or IllegalArgs.</returns>
    public HelError AcknowledgeIrq(Handle<Universe> universe, uint descriptor, IrqAnswer answer, ulong sequence)
    {
        HelError error = world.Universes.Resolve(universe, descriptor, DescriptorKind.Irq, HelRights.Signal, out ulong target);
        return error != HelError.None
            ? error
            : world.KernelEvents.Acknowledge(Handle<KernelEvent>.FromBits(target), answer, sequence);
    }

    /// <summary>Alerts a queue (helAlertQueue).</summary>
    /// <param name="universe">Universe of the caller.</param>
    /// <param name="descriptor">A queue, with the right to signal.</param>
    /// <returns>NoDescriptor, BadDescriptor or BadRights; NoDescriptor, too, when the queue's thread has ended.</returns>
    public HelError AlertQueue(Handle<Universe> universe, uint descriptor)
    {
        HelError error = world.Universes.Resolve(universe, descriptor, DescriptorKind.Queue, HelRights.Signal, out ulong target);
        if (error != HelError.None)
        {
            return error;
        }

        var queue = Handle<IpcQueue>.FromBits(target);
        if (!world.Queues.IsLive(queue))
        {
            return HelError.NoDescriptor;
        }

        world.Queues.Alert(queue);
        return HelError.None;
    }

    /// <summary>Shuts a lane down (helShutdownLane).</summary>
    /// <param name="universe">Universe of the caller.</param>
    /// <param name="descriptor">A lane, with the right to manage.</param>
    /// <returns>NoDescriptor, BadDescriptor or BadRights.</returns>
    public HelError ShutdownLane(Handle<Universe> universe, uint descriptor)
    {
        HelError error = world.Universes.Resolve(universe, descriptor, DescriptorKind.Lane, HelRights.Manage, out ulong target);
        if (error == HelError.None)
        {
            world.Lanes.Shutdown(Handle<Lane>.FromBits(target));
        }

        return error;
    }

    /// <summary>Interrupts a thread (helInterruptThread).</summary>
    /// <param name="universe">Universe of the caller.</param>
    /// <param name="descriptor">A thread, with the right to signal.</param>
    /// <returns>NoDescriptor, BadDescriptor, BadRights or ThreadTerminated.</returns>
    public HelError InterruptThread(Handle<Universe> universe, uint descriptor)
    {
        HelError error = world.Universes.Resolve(universe, descriptor, DescriptorKind.Thread, HelRights.Signal, out ulong target);
        return error != HelError.None ? error : world.Threads.Interrupt(Handle<KernelThread>.FromBits(target));
    }

    /// <summary>Lets a stopped thread run on (helResume).</summary>
    /// <param name="universe">Universe of the caller.</param>
    /// <param name="descriptor">A thread, with the right to manage.</param>
    /// <returns>NoDescriptor, BadDescriptor, BadRights, ThreadTerminated, or IllegalState unless it is stopped.</returns>
    public HelError Resume(Handle<Universe> universe, uint descriptor)
    {
        HelError error = world.Universes.Resolve(universe, descriptor, DescriptorKind.Thread, HelRights.Manage, out ulong target);
        return error != HelError.None ? error : world.Threads.Resume(Handle<KernelThread>.FromBits(target));
    }

    /// <summary>Ends a thread (helKillThread).</summary>
    /// <param name="universe">Universe of the caller.</param>
    /// <param name="descriptor">A thread, with the right to manage.</param>
    /// <returns>NoDescriptor, BadDescriptor or BadRights; a thread that has ended is no error.</returns>
    public HelError KillThread(Handle<Universe> universe, uint descriptor)
    {
        HelError error = world.Universes.Resolve(universe, descriptor, DescriptorKind.Thread, HelRights.Manage, out ulong target);
        if (error == HelError.None)
        {
            world.Threads.Kill(Handle<KernelThread>.FromBits(target));
        }

        return error;
    }

    private HelError CreateEvent(Handle<Universe> universe, DescriptorKind kind, out uint descriptor)
    {
        descriptor = 0;
        Handle<KernelEvent> created = world.KernelEvents.Create(kind);
        if (created.IsNone)
        {
            return HelError.NoMemory;
        }

        world.KernelEvents.Retain(created);
        descriptor = world.Universes.Attach(universe, kind, created.Bits, HelRights.Wait | HelRights.Signal);
        world.KernelEvents.Release(created);
        return descriptor == 0 ? HelError.NoMemory : HelError.None;
    }
}
