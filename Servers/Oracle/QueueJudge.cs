// The words at the head of a chunk belong to both sides, so neither may take back what the other has seen: within one life of
// a chunk the progress only grows and no bit of it vanishes, a chunk that was left is not written again, it is reset only by
// its consumer and only when that has read everything, and it gets one successor.

using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Judges the stores to the chunks of all queues.</summary>
internal sealed class QueueJudge : IQueueWatch
{
    private readonly ModelSystem system;

    internal QueueJudge(ModelSystem system)
    {
        this.system = system;
    }

    /// <inheritdoc/>
    public void Published(Handle<IpcQueue> queue, uint former, uint value)
    {
        bool grows = (value & QueueChunk.BytesMask) >= (former & QueueChunk.BytesMask);
        bool keepsBits = (former & ~QueueChunk.BytesMask & ~value) == 0;
        Demand(queue, grows && keepsBits && (former & QueueChunk.Done) == 0);
    }

    /// <inheritdoc/>
    public void Renewed(Handle<IpcQueue> queue, uint former, uint readBytes) =>
        Demand(queue, (former & QueueChunk.Done) != 0 && (former & QueueChunk.BytesMask) == readBytes);

    /// <inheritdoc/>
    public void Linked(Handle<IpcQueue> queue, uint former) => Demand(queue, (former & QueueChunk.Present) == 0);

    private void Demand(Handle<IpcQueue> queue, bool holds)
    {
        if (holds || !system.Ledger.IsEnabled)
        {
            return;
        }

        int strand = system.Parties.StrandOf(system.World.Queues[queue].Party);
        system.Ledger.Violate(Invariant.Queue, strand, strand < 0 ? -1 : system.Ledger[strand].Call - 1);
    }
}
