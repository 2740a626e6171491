// An operation is what is submitted to a queue and completes there exactly once: a message exchange, a wait for a deadline, an
// observation of a thread. It stands for the submission element, the kernel's node and the completion element in one, so nothing
// is copied. The submitter allocates it and frees it after reading the results; the kernel frees it when the queue has died.

using System.Runtime.CompilerServices;

namespace Managarm.Perf.Core;

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

    /// <summary>Queue on which it completes.</summary>
    public Handle<IpcQueue> Queue;

    /// <summary>Lane of an exchange.</summary>
    public Handle<Lane> Lane;

    /// <summary>Universe in which the kernel looks the lane up at submission, or none when the submitter holds it.</summary>
    public Handle<Universe> Universe;

    /// <summary>Descriptor number of the lane in that universe.</summary>
    public uint LaneDescriptor;

    /// <summary>Thread of an observation.</summary>
    public Handle<KernelThread> Thread;

    /// <summary>Operation to cancel, for cancels.</summary>
    public UntypedHandle Target;

    /// <summary>Armed timer of a clock wait.</summary>
    public Handle<Timer> Timer;

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

    /// <summary>The items.</summary>
    public ItemList Items;
}

/// <summary>Kind of an operation.</summary>
public enum OperationKind : byte
{
    /// <summary>Unused.</summary>
    None,

    /// <summary>Message exchange on a lane (hel opcode 2).</summary>
    Exchange,

    /// <summary>Completes at a deadline (hel opcode 3).</summary>
    AwaitClock,

    /// <summary>Completes when a thread stops or has ended (hel opcode 11).</summary>
    Observe,

    /// <summary>Cancels another operation; has no completion of its own (hel opcode 256).</summary>
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

/// <summary>The items of an operation.</summary>
[InlineArray(Operation.MaxItems)]
public struct ItemList
{
    private Item first;
}
