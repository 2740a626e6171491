// What the kernel takes back when a server dies without a word: its threads run no further line, its queue and its descriptors
// go, and with them its ends of lanes, so that whoever waits for it learns of it by EndOfLane. Nothing of it is left to the
// living, no operation and no wait, except what others hold.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Hel;

/// <summary>Takes back what a dead server had.</summary>
public sealed class Reclaim
{
    private readonly World world;

    internal Reclaim(World world)
    {
        this.world = world;
    }

    /// <summary>Ends a server.</summary>
    /// <param name="party">Party of its event loop; it never runs again.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="universe">Its descriptors.</param>
    public void EndServer(int party, Handle<IpcQueue> queue, Handle<Universe> universe)
    {
        world.Tasks.AbandonParty((byte)party);
        world.Scheduler.Abandon(party);
        world.Events.AbandonParty((byte)party, queue);
        world.Queues.Destroy(queue);
        world.Lanes.CloseHeldBy(universe);
        CancelWaits(queue);
        world.Universes.Destroy(universe);
        world.Scheduler.Disable(party);
    }

    /// <summary>Ends the awaits that are still on their way to a queue which is gone; the kernel frees them.</summary>
    private void CancelWaits(Handle<IpcQueue> queue)
    {
        Slab<Operation> operations = world.Lanes.Operations;
        for (int index = 0; index < operations.HighWater; index++)
        {
            Handle<Operation> operation = operations.HandleAt(index);
            if (operation.IsNone || operations[operation].Queue != queue)
            {
                continue;
            }

            world.Timers.Cancel(operation);
            if (operations.IsLive(operation))
            {
                world.KernelEvents.CancelAwait(operation);
            }
        }
    }
}
