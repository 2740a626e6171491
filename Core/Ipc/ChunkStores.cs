// Every store to the head of a chunk goes through here, so that whoever judges the words of a queue sees each of them.

namespace Managarm.Perf.Core;

/// <summary>Stores to chunk heads.</summary>
internal sealed class ChunkStores(Slab<IpcQueue> queues)
{
    /// <summary>Told of every store; may be null.</summary>
    internal IQueueWatch? Watch { get; set; }

    /// <summary>Producer: stores the progress of a chunk.</summary>
    internal void Publish(Handle<IpcQueue> handle, int chunk, uint progress)
    {
        ref uint word = ref queues[handle].ChunkHeads[chunk].Progress;
        Watch?.Published(handle, word, progress);
        word = progress;
    }

    /// <summary>Consumer: resets a chunk that it has drained.</summary>
    internal void Renew(Handle<IpcQueue> handle, int chunk, uint readBytes)
    {
        ref QueueChunk head = ref queues[handle].ChunkHeads[chunk];
        Watch?.Renewed(handle, head.Progress, readBytes);
        head = default;
    }

    /// <summary>Consumer: puts a chunk behind the last one of its chain.</summary>
    internal void Link(Handle<IpcQueue> handle, int chunk, int next)
    {
        ref uint word = ref queues[handle].ChunkHeads[chunk].Next;
        Watch?.Linked(handle, word);
        word = (uint)next | QueueChunk.Present;
    }
}
