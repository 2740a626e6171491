// What the kernel does with a submission that it took off a queue (hel.cpp, the doSubmit functions): each kind of operation is
// started where its objects live. What cannot be started completes at once with hel's error; nothing is refused silently.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Starts submitted operations.</summary>
internal sealed class Submissions
{
    private readonly World world;
    private readonly Slab<IpcQueue> queues;
    private readonly CancellationTags tags;

    internal Submissions(World world, Slab<IpcQueue> queues, CancellationTags tags)
    {
        this.world = world;
        this.queues = queues;
        this.tags = tags;
    }

    /// <summary>Performs an operation that was taken off a submission chain.</summary>
    /// <param name="operation">A prepared operation.</param>
    internal void Perform(Handle<Operation> operation)
    {
        ref Operation state = ref world.Lanes.Operations[operation];
        state.State = OperationState.Submitted;
        HelError error = Start(operation, ref state);
        if (error != HelError.None)
        {
            world.Lanes.Ends.FailAll(operation, error);
        }
    }

    /// <summary>Starts an operation; what cannot be started completes at once, with a simple result.</summary>
    private HelError Start(Handle<Operation> handle, ref Operation operation)
    {
        if (CompletionSize.Of(operation, isBound: true) + IpcQueue.ElementHeaderBytes > queues[operation.Queue].ChunkBytes)
        {
            return HelError.QueueTooSmall;
        }

        switch (operation.Kind)
        {
            case OperationKind.Nop:
                world.Queues.Post(handle);
                return HelError.None;
            case OperationKind.Exchange:
                return world.Lanes.Submit(handle);
            case OperationKind.AwaitClock:
                tags.Remember(handle, ref operation);
                world.Timers.Arm(handle, operation.DeadlineTicks);
                return HelError.None;
            case OperationKind.AwaitEvent:
                return StartAwait(handle, ref operation);
            case OperationKind.Observe:
                return StartObserve(handle, ref operation);
            case OperationKind.Cancel:
                tags.Cancel(operation.Queue, operation.Tag);
                world.Lanes.Free(handle);
                return HelError.None;
            default:
                Verify.Fail("submission of an unknown kind");
                return HelError.None;
        }
    }

    private HelError StartObserve(Handle<Operation> handle, ref Operation operation)
    {
        if (operation.Descriptor != 0)
        {
            HelError error = world.Universes.Resolve(
                operation.Universe, operation.Descriptor, DescriptorKind.Thread, HelRights.Wait, out ulong target);
            if (error != HelError.None)
            {
                return error;
            }

            operation.Thread = Handle<KernelThread>.FromBits(target);
        }

        world.Threads.SubmitObserve(handle);
        return HelError.None;
    }

    private HelError StartAwait(Handle<Operation> handle, ref Operation operation)
    {
        HelError error = world.Universes.Inspect(operation.Universe, operation.Descriptor, out Descriptor found);
        if (error != HelError.None)
        {
            return error;
        }

        if (found.Kind is not (DescriptorKind.OneshotEvent or DescriptorKind.BitsetEvent or DescriptorKind.Irq))
        {
            return HelError.BadDescriptor;
        }

        if ((found.Rights & HelRights.Wait) == 0)
        {
            return HelError.BadRights;
        }

        operation.Event = Handle<KernelEvent>.FromBits(found.Target);
        tags.Remember(handle, ref operation);
        world.KernelEvents.SubmitAwait(handle);
        return HelError.None;
    }
}
