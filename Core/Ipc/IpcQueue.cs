// hel's queue between a thread and the kernel (hel.h, HelQueue; thor ipc-queue.cpp): two notify words, the first chunks of two
// chains, and the chunks, one chain for completions (kernel to user) and one for submissions (user to kernel). The producer of a
// chain fills a chunk with elements and publishes them by its progress word, in bytes; the consumer hands drained chunks back
// through the chain's next words. Notify words are set by one side and cleared by the other, which then looks again before it
// sleeps. Whatever user code writes into a word may be wrong: the kernel then sets the error bit and stops. Chunks are tiny by
// default, so that supply and stall happen.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Queue of one thread or server.</summary>
public struct IpcQueue
{
    /// <summary>Completion chunks per queue.</summary>
    public const int CompletionChunks = 4;

    /// <summary>Submission chunks per queue.</summary>
    public const int SubmissionChunks = 2;

    /// <summary>Chunks per queue.</summary>
    public const int Chunks = CompletionChunks + SubmissionChunks;

    /// <summary>Bytes of an element before its payload (HelElement): length, opcode, context.</summary>
    public const int ElementHeaderBytes = 16;

    /// <summary>Notify bits that the kernel sets and the user clears; a <see cref="NotifyWord{TSync}"/>.</summary>
    public UserNotify UserNotify;

    /// <summary>Notify bits that the user sets and the kernel clears; a <see cref="NotifyWord{TSync}"/>.</summary>
    public KernelNotify KernelNotify;

    /// <summary>Header word, written by the user: first completion chunk and <see cref="QueueChunk.Present"/>.</summary>
    public uint CompletionFirst;

    /// <summary>Header word, written by the kernel: first submission chunk and <see cref="QueueChunk.Present"/>.</summary>
    public uint SubmissionFirst;

    /// <summary>Bytes per chunk.</summary>
    public int ChunkBytes;

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

    /// <summary>Kernel: whether it has found a word of the user wrong; it takes and posts nothing more.</summary>
    public bool IsBroken;

    /// <summary>Kernel: whether it has a chunk to write completions to.</summary>
    public bool HasKernelChunk;

    /// <summary>Kernel: chunk that completions are written to.</summary>
    public int KernelChunk;

    /// <summary>Kernel: bytes and elements written to that chunk.</summary>
    public ChunkPosition KernelWritten;

    /// <summary>Kernel: first operation with a cancellation tag, by index + 1, or 0.</summary>
    public int TaggedHead;

    /// <summary>Kernel: completions that found no room, by operation index + 1, first and last.</summary>
    public int PendingHead;

    /// <summary>Last of the completions that found no room.</summary>
    public int PendingTail;

    /// <summary>Kernel: completions written so far; for footprints.</summary>
    public uint Delivered;

    /// <summary>User: completions taken so far; for footprints.</summary>
    public uint Taken;

    /// <summary>User: chunk that completions are read from.</summary>
    public int UserChunk;

    /// <summary>User: bytes and elements read from that chunk.</summary>
    public ChunkPosition UserRead;

    /// <summary>User: notify bits seen and not looked into yet (mlibc, _pendingNotify).</summary>
    public UserNotify UserPending;

    /// <summary>User: last chunk of the completion chain.</summary>
    public int UserTailChunk;

    /// <summary>User: submission chunk that is written to.</summary>
    public int SubmitChunk;

    /// <summary>User: bytes and elements written to that chunk.</summary>
    public ChunkPosition SubmitWritten;

    /// <summary>User: last cancellation tag that it gave out.</summary>
    public ulong LastTag;

    /// <summary>Kernel: submission chunk that is read from.</summary>
    public int KernelSubmitChunk;

    /// <summary>Kernel: bytes and elements read from that chunk.</summary>
    public ChunkPosition KernelSubmitRead;

    /// <summary>Kernel: last chunk of the submission chain.</summary>
    public int KernelSubmitTail;

    /// <summary>The word behind <see cref="UserNotify"/>.</summary>
    [UnscopedRef]
    internal ref long UserNotifyWord => ref Unsafe.As<UserNotify, long>(ref UserNotify);

    /// <summary>The word behind <see cref="KernelNotify"/>.</summary>
    [UnscopedRef]
    internal ref long KernelNotifyWord => ref Unsafe.As<KernelNotify, long>(ref KernelNotify);

    /// <summary>The chunks: completion chunks, then submission chunks.</summary>
    public ChunkList ChunkHeads;
}

/// <summary>Head of a chunk: link and progress. The elements lie behind it; see <see cref="QueueElement"/>.</summary>
public struct QueueChunk
{
    /// <summary>Bit of <see cref="Next"/>: the next chunk is known.</summary>
    public const uint Present = 1 << 24;

    /// <summary>Bit of <see cref="Progress"/>: the producer has left the chunk.</summary>
    public const uint Done = 1 << 25;

    /// <summary>Bit of <see cref="Progress"/>: the producer will write no more into the chunk.</summary>
    public const uint Full = 1 << 26;

    /// <summary>Mask of the bytes in <see cref="Progress"/>.</summary>
    public const uint BytesMask = (1 << 24) - 1;

    /// <summary>Index of the next chunk and <see cref="Present"/>.</summary>
    public uint Next;

    /// <summary>Valid bytes, <see cref="Full"/> and <see cref="Done"/>.</summary>
    public uint Progress;
}

/// <summary>How far one side has come in a chunk.</summary>
public struct ChunkPosition
{
    /// <summary>Bytes: what progress words speak of.</summary>
    public uint Bytes;

    /// <summary>Elements: where the model keeps them.</summary>
    public int Elements;

    /// <summary>Moves behind an element.</summary>
    /// <param name="lengthBytes">Bytes of its payload.</param>
    internal void Pass(uint lengthBytes)
    {
        Bytes += IpcQueue.ElementHeaderBytes + lengthBytes;
        Elements++;
    }
}

/// <summary>An element of a chunk. The payload is an operation, which stands for both the submission and its completion, so
/// nothing is copied; its length is that of hel's structures.</summary>
public struct QueueElement
{
    /// <summary>Bytes of the payload.</summary>
    public uint LengthBytes;

    /// <summary>The payload.</summary>
    public UntypedHandle Operation;
}

/// <summary>Chunk heads of a queue.</summary>
[InlineArray(IpcQueue.Chunks)]
public struct ChunkList
{
    private QueueChunk first;
}

/// <summary>Bits of the word that the kernel sets.</summary>
[Flags]
public enum UserNotify : long
{
    /// <summary>Nothing to tell.</summary>
    None = 0,

    /// <summary>A completion chunk has progressed.</summary>
    CompletionProgress = 1,

    /// <summary>A submission chunk was handed back.</summary>
    SupplySubmission = 2,

    /// <summary>The kernel found a chunk index or a length that user code had written wrong; it has stopped for good.</summary>
    Error = 1 << 14,

    /// <summary>Somebody alerted the queue; sticky until the user clears it.</summary>
    Alert = 1 << 15,
}

/// <summary>Bits of the word that the user sets.</summary>
[Flags]
public enum KernelNotify : long
{
    /// <summary>Nothing to tell.</summary>
    None = 0,

    /// <summary>A submission chunk has progressed.</summary>
    SubmissionProgress = 1,

    /// <summary>A completion chunk was handed back.</summary>
    SupplyCompletion = 2,
}
