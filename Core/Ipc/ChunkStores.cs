// Every store to the head of a chunk goes through here, so that whoever judges the words of a queue sees each of them.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Stores to chunk heads.</summary>
internal sealed class ChunkStores(Slab<IpcQueue> queues)
{
    /// <summary>Told of every store; may be null.</summary>
    internal IQueueWatch? Watch { get; set; }

    /// <summary>Producer: stores the progress of a chunk.</summary>
    internal void Publish(Handle<IpcQueue> queue, int chunk, uint progress)
    {
        ref uint word = ref queues[queue].ChunkHeads[chunk].Progress;
        Watch?.Published(queue, word, progress);
        word = progress;
    }

    /// <summary>Consumer: resets a chunk that it has drained.</summary>
    internal void Renew(Handle<IpcQueue> queue, int chunk, uint readBytes)
    {
        ref QueueChunk head = ref queues[queue].ChunkHeads[chunk];
        Watch?.Renewed(queue, head.Progress, readBytes);
        head = default;
    }

    /// <summary>Consumer: puts a chunk behind the last one of its chain.</summary>
    internal void Link(Handle<IpcQueue> queue, int chunk, int next)
    {
        ref uint word = ref queues[queue].ChunkHeads[chunk].Next;
        Watch?.Linked(queue, word);
        word = (uint)next | QueueChunk.Present;
    }
}
