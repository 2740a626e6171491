// An operation is what is submitted to a queue and completes there exactly once: a message exchange, a wait for a deadline, an
// observation of a thread. It stands for the submission element, the kernel's node and the completion element in one, so nothing
// is copied. The submitter allocates it and frees it after reading the results; the kernel frees it when the queue has died.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Time;

namespace Managarm.Perf.Core.Ipc;

/// <summary>A submitted operation and its results.</summary>
public struct Operation
{
    /// <summary>Items at most.</summary>
    public const int MaxItems = 6;

    /// <summary>Kind.</summary>
    public OperationKind Kind;

    /// <summary>Where in its life it is.</summary>
    public OperationState State;

    /// <summary>Result of the operation as a whole.</summary>
    public HelError Error;

    /// <summary>Number of items.</summary>
    public byte ItemCount;

    /// <summary>Items that are not done.</summary>
    public byte ItemsLeft;

    /// <summary>What an observation saw.</summary>
    public Observation Observation;

    /// <summary>Whether a cancel by tag has hit it; it is hit once at most.</summary>
    public bool IsCancelled;

    /// <summary>Queue on which it completes.</summary>
    public Handle<IpcQueue> Queue;

    /// <summary>Lane of an exchange.</summary>
    public Handle<Lane> Lane;

    /// <summary>Universe of the submitter: where descriptors are looked up, and where pulled ones go.</summary>
    public Handle<Universe> Universe;

    /// <summary>Descriptor number of the lane, event or thread there, or 0 when the submitter holds the object itself.</summary>
    public uint Descriptor;

    /// <summary>Thread of an observation.</summary>
    public Handle<KernelThread> Thread;

    /// <summary>Event of an await, while it waits.</summary>
    public UntypedHandle Event;

    /// <summary>Cancellation tag, or 0: cannot be cancelled. Cancels: tag of the operations to cancel. Tags need not be
    /// unique.</summary>
    public ulong Tag;

    /// <summary>Awaits: sequence that the submitter knows, afterwards the sequence that was reached.</summary>
    public ulong EventSequence;

    /// <summary>Awaits: bits that were triggered.</summary>
    public uint EventBits;

    /// <summary>Armed timer of a clock wait.</summary>
    public Handle<ArmedTimer> Timer;

    /// <summary>The submitter's word, handed back with the completion.</summary>
    public ulong Context;

    /// <summary>Deadline of a clock wait, in ticks.</summary>
    public long DeadlineTicks;

    /// <summary>Credentials under which it was submitted.</summary>
    public uint Credentials;

    /// <summary>Coroutine of a server that waits for it, or 0.</summary>
    public int Waiter;

    /// <summary>Next completion that waits for room in the queue, by index + 1, or 0.</summary>
    public int NextPending;

    /// <summary>Next tagged operation of the queue, by index + 1, or 0.</summary>
    public int NextTagged;

    /// <summary>Next await of the same event, or observation of the same thread, by index + 1, or 0.</summary>
    public int NextWaiting;

    /// <summary>The items.</summary>
    public ItemList Items;

    /// <summary>Bytes of its submission element without the element's header (hel.h, HelSq*, HelAction).</summary>
    public readonly int SubmissionBytes => Kind switch
    {
        OperationKind.Exchange => 24 + (32 * ItemCount),
        OperationKind.AwaitClock => 16,
        OperationKind.AwaitEvent => 24,
        OperationKind.Observe or OperationKind.Cancel => 8,
        _ => 0,
    };

    /// <summary>Whether a cancel by tag can end it: message exchanges cannot be cancelled.</summary>
    public readonly bool IsCancellable => Kind is OperationKind.AwaitClock or OperationKind.AwaitEvent;
}

/// <summary>Kind of an operation.</summary>
public enum OperationKind : byte
{
    /// <summary>Unused.</summary>
    None,

    /// <summary>Completes at once (hel opcode 1).</summary>
    Nop,

    /// <summary>Message exchange on a lane (hel opcode 2).</summary>
    Exchange,

    /// <summary>Completes at a deadline (hel opcode 3).</summary>
    AwaitClock,

    /// <summary>Completes when a thread stops or has ended (hel opcode 11).</summary>
    Observe,

    /// <summary>Completes when an event moves on from a sequence (hel opcode 4).</summary>
    AwaitEvent,

    /// <summary>Cancels the operations with a tag; has no completion of its own (hel opcode 256).</summary>
    Cancel,
}

/// <summary>Life of an operation.</summary>
public enum OperationState : byte
{
    /// <summary>Written by the submitter, not seen by the kernel.</summary>
    Prepared,

    /// <summary>In the kernel's hands.</summary>
    Submitted,

    /// <summary>Completed, in or on its way to the completion queue.</summary>
    Completed,
}

/// <summary>Sizes of completion elements.</summary>
internal static class CompletionSize
{
    /// <summary>Bytes of a completion element without the element's header (hel.h, Hel*Result; each result padded to
    /// 8).</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="isBound">Whether the largest possible size is asked for, not that of the results that are there.</param>
    /// <returns>At least 8.</returns>
    internal static int Of(in Operation operation, bool isBound)
    {
        if (operation.Kind == OperationKind.AwaitEvent)
        {
            return 16;
        }

        int bytes = operation.ItemCount == 0 ? 8 : 0;
        for (int position = 0; position < operation.ItemCount; position++)
        {
            ref readonly Item item = ref operation.Items[position];
            int received = item.Error == HelError.None && item.Kind == ItemKind.ReceiveInline ? item.LengthBytes : 0;
            bytes += item.ResultBytes(isBound ? Item.InlineBytes : received);
        }

        return bytes;
    }
}

/// <summary>The items of an operation.</summary>
[InlineArray(Operation.MaxItems)]
public struct ItemList
{
    private Item first;
}
