// The operations of a queue that a cancel by tag can find: those with a tag that were started and are not complete, in a list
// that is threaded through the operations. Message exchanges are never in it, since hel cannot cancel them.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Operations by cancellation tag.</summary>
internal sealed class CancellationTags
{
    private readonly World world;
    private readonly Slab<IpcQueue> queues;

    internal CancellationTags(World world, Slab<IpcQueue> queues)
    {
        this.world = world;
        this.queues = queues;
    }

    /// <summary>Lists an operation that was started, if it has a tag.</summary>
    /// <param name="handle">The operation.</param>
    /// <param name="operation">The same.</param>
    internal void Remember(Handle<Operation> handle, ref Operation operation)
    {
        if (operation.Tag != 0)
        {
            operation.NextTagged = queues[operation.Queue].TaggedHead;
            queues[operation.Queue].TaggedHead = (int)handle.Index + 1;
        }
    }

    /// <summary>Takes an operation off the list; one that never got there is no error.</summary>
    /// <param name="queue">Its queue.</param>
    /// <param name="operation">A completed operation with a tag.</param>
    internal void Forget(Handle<IpcQueue> queue, Handle<Operation> operation)
    {
        int number = (int)operation.Index + 1;
        int next = world.Lanes.Operations[operation].NextTagged;
        ref int link = ref queues[queue].TaggedHead;
        while (link != 0 && link != number)
        {
            link = ref world.Lanes.Operations.At(link - 1).NextTagged;
        }

        if (link == number)
        {
            link = next;
        }
    }

    /// <summary>Cancels every operation that carries this tag, each once at most; the completion that each has anyway tells
    /// whether the cancel came in time. An await of an interrupt cannot be cancelled and goes on.</summary>
    /// <param name="queue">Queue on which they were submitted.</param>
    /// <param name="tag">Their tag; nothing has tag 0.</param>
    internal void Cancel(Handle<IpcQueue> queue, ulong tag)
    {
        world.Reads(ObjectKind.Tag, AccessLog.EventIndex(queue.Index, (uint)tag));
        int number = tag == 0 ? 0 : queues[queue].TaggedHead;
        while (number != 0)
        {
            Handle<Operation> found = world.Lanes.Operations.HandleAt(number - 1);
            ref Operation operation = ref world.Lanes.Operations[found];
            number = operation.NextTagged;
            if (operation.Tag != tag || operation.IsCancelled || !operation.IsCancellable)
            {
                continue;
            }

            operation.IsCancelled = true;
            if (operation.Kind == OperationKind.AwaitClock)
            {
                world.Timers.Cancel(found);
            }
            else
            {
                world.KernelEvents.CancelAwait(found);
            }
        }
    }
}
