// Whoever judges the words that kernel and user share is told of each store to a chunk's head, by either side, with what
// stood there before. The queue itself judges nothing.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Watches the heads of chunks.</summary>
public interface IQueueWatch
{
    /// <summary>A producer stores the progress of a chunk.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="former">Progress word before.</param>
    /// <param name="value">Progress word from now on.</param>
    void Published(Handle<IpcQueue> queue, uint former, uint value);

    /// <summary>A consumer resets a chunk that it has drained: a new life of the chunk begins.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="former">Progress word before.</param>
    /// <param name="readBytes">Bytes that the consumer has read.</param>
    void Renewed(Handle<IpcQueue> queue, uint former, uint readBytes);

    /// <summary>A chunk gets its successor.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="former">Link word before.</param>
    void Linked(Handle<IpcQueue> queue, uint former);
}
