// The request that a thread has sent over the lane of a file and that is not answered yet. The kernel knows it; a library would
// say it to the POSIX server by words of its page that it stores when it drives its queue, which is the same step. Only repairs
// and marks ask.


using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;

namespace Managarm.Perf.Servers.Posix;

/// <summary>A request in flight on a passthrough lane.</summary>
/// <param name="Lane">Descriptor of the lane in the universe of the thread; 0 for none.</param>
/// <param name="Id">Its cancellation id.</param>
public readonly record struct FileRequest(uint Lane, uint Id)
{
    /// <summary>Looks for the request of a thread.</summary>
    /// <param name="world">The world.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="isRelied">Whether anything but a mark depends on it, so that the look is declared.</param>
    /// <returns>The request, or none.</returns>
    public static FileRequest InFlight(World world, Handle<KernelThread> thread, bool isRelied)
    {
        ref KernelThread state = ref world.Threads[thread];
        if (isRelied)
        {
            world.Reads(ObjectKind.QueueOwner, state.Queue.Index);
            world.Reads(ObjectKind.Queue, state.Queue.Index);
        }

        Slab<Operation> operations = world.Lanes.Operations;
        for (int index = 0; index < operations.HighWater; index++)
        {
            ref Operation operation = ref operations.At(index);
            bool isMeant = operations.IsLiveAt(index) && operation.Queue == state.Queue
                && operation.State == OperationState.Submitted && operation.Kind == OperationKind.Exchange
                && operation.ItemCount > 1;
            MessageKind kind = isMeant ? (MessageKind)operation.Items[1].Message.Kind : default;
            if (kind is MessageKind.Read or MessageKind.Write)
            {
                return new FileRequest(operation.Descriptor, operation.Items[1].Message.CancellationId);
            }
        }

        return default;
    }
}
