// hel's queue between a thread and the kernel (hel.h, thor ipc-queue.cpp): two notify words and two chains of chunks, one for
// completions (kernel to user) and one for submissions (user to kernel). The producer of a chain fills a chunk and publishes
// it by its progress word; the consumer hands drained chunks back through the chain's next words. Notify words are set by one
// side and cleared by the other, which then looks again before it sleeps. Chunks are tiny by default, so that supply and
// stall happen.

using System.Runtime.CompilerServices;

namespace Managarm.Perf.Core;

/// <summary>Queue of one thread or server.</summary>
public struct IpcQueue
{
    /// <summary>Completion chunks per queue.</summary>
    public const int CompletionChunks = 4;

    /// <summary>Submission chunks per queue.</summary>
    public const int SubmissionChunks = 2;

    /// <summary>Elements per chunk at most.</summary>
    public const int MaxChunkElements = 8;

    /// <summary>Notify bits that the kernel sets and the user clears.</summary>
    public UserNotify UserNotify;

    /// <summary>Notify bits that the user sets and the kernel clears.</summary>
    public KernelNotify KernelNotify;

    /// <summary>Elements per chunk.</summary>
    public int ChunkElements;

    /// <summary>Completion chunks in use: all or the first two.</summary>
    public int CompletionChunkCount;

    /// <summary>Thread that drives this queue and may block in it, or none for servers.</summary>
    public UntypedHandle Thread;

    /// <summary>Party to enable when something arrives.</summary>
    public int Party;

    /// <summary>Whether the owner is blocked in a drive that waits.</summary>
    public bool IsWaiting;

    /// <summary>Notify bits that do not end the wait.</summary>
    public UserNotify WaitMask;

    /// <summary>Kernel: chunk that completions are written to.</summary>
    public int KernelChunk;

    /// <summary>Kernel: completions that found no room, by operation index + 1, first and last.</summary>
    public int PendingHead;

    /// <summary>Last of the completions that found no room.</summary>
    public int PendingTail;

    /// <summary>User: chunk that completions are read from.</summary>
    public int UserChunk;

    /// <summary>User: elements read from that chunk.</summary>
    public uint UserProgress;

    /// <summary>User: notify bits seen and not looked into yet (mlibc, _pendingNotify).</summary>
    public UserNotify UserPending;

    /// <summary>User: last chunk of the completion chain.</summary>
    public int UserTailChunk;

    /// <summary>User: submission chunk that is written to.</summary>
    public int SubmitChunk;

    /// <summary>User: elements written to that chunk.</summary>
    public uint SubmitProgress;

    /// <summary>Kernel: submission chunk that is read from.</summary>
    public int KernelSubmitChunk;

    /// <summary>Kernel: elements read from that chunk.</summary>
    public uint KernelSubmitProgress;

    /// <summary>Kernel: last chunk of the submission chain.</summary>
    public int KernelSubmitTail;

    /// <summary>The chunks: completion chunks, then submission chunks.</summary>
    public ChunkList Chunks;
}

/// <summary>A chunk: link, progress and elements.</summary>
public struct QueueChunk
{
    /// <summary>Bit of <see cref="Next"/>: the next chunk is known.</summary>
    public const uint Present = 1 << 24;

    /// <summary>Bit of <see cref="Progress"/>: the producer has left the chunk.</summary>
    public const uint Done = 1 << 25;

    /// <summary>Bit of <see cref="Progress"/>: the producer will write no more into the chunk.</summary>
    public const uint Full = 1 << 26;

    /// <summary>Mask of the count in <see cref="Progress"/>.</summary>
    public const uint CountMask = (1 << 24) - 1;

    /// <summary>Index of the next chunk and <see cref="Present"/>.</summary>
    public uint Next;

    /// <summary>Number of valid elements, <see cref="Full"/> and <see cref="Done"/>.</summary>
    public uint Progress;

    /// <summary>The elements: handles of operations.</summary>
    public ElementList Elements;
}

/// <summary>Elements of a chunk.</summary>
[InlineArray(IpcQueue.MaxChunkElements)]
public struct ElementList
{
    private UntypedHandle first;
}

/// <summary>Chunks of a queue.</summary>
[InlineArray(IpcQueue.CompletionChunks + IpcQueue.SubmissionChunks)]
public struct ChunkList
{
    private QueueChunk first;
}

/// <summary>Bits of the word that the kernel sets.</summary>
[Flags]
public enum UserNotify : ushort
{
    /// <summary>Nothing to tell.</summary>
    None = 0,

    /// <summary>A completion chunk has progressed.</summary>
    CompletionProgress = 1,

    /// <summary>A submission chunk was handed back.</summary>
    SupplySubmission = 2,

    /// <summary>Somebody alerted the queue; sticky until the user clears it.</summary>
    Alert = 1 << 15,
}

/// <summary>Bits of the word that the user sets.</summary>
[Flags]
public enum KernelNotify : ushort
{
    /// <summary>Nothing to tell.</summary>
    None = 0,

    /// <summary>A submission chunk has progressed.</summary>
    SubmissionProgress = 1,

    /// <summary>A completion chunk was handed back.</summary>
    SupplyCompletion = 2,
}
