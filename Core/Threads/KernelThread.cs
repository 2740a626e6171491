// A kernel thread as thor knows it: run state, conditions, registers of a supercall, and the page that it shares with the
// POSIX server. User-private words of mlibc (guard nesting, cancellation counter) are kept here, too, since they live and die
// with the thread.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Threads;

/// <summary>A kernel thread.</summary>
public struct KernelThread
{
    /// <summary>Party that runs it.</summary>
    public int Party;

    /// <summary>Run state.</summary>
    public KernelThreadState State;

    /// <summary>Why it is stopped.</summary>
    public Observation Observation;

    /// <summary>How it came to be.</summary>
    public ThreadOrigin Origin;

    /// <summary>Whether it was killed to make place for the thread of a new image.</summary>
    public bool IsReplaced;

    /// <summary>Whether an interrupt is pending; several coalesce.</summary>
    public bool HasInterrupt;

    /// <summary>Whether user code is in a call that may wait; what `when X blocked` means by blocked.</summary>
    public bool IsInBlockingCall;

    /// <summary>Whether it waits inside a call for something that another party must do, wherever the wait is.</summary>
    public bool IsWaitingInCall;

    /// <summary>What the last block of this thread returned.</summary>
    public HelError WakeResult;

    /// <summary>First of the pending observations, or none; as a rule there is one, by the POSIX server.</summary>
    public UntypedHandle Observer;

    /// <summary>Descriptors of its process.</summary>
    public Handle<Universe> Universe;

    /// <summary>Its IPC queue.</summary>
    public Handle<IpcQueue> Queue;

    /// <summary>Topmost activation by index + 1, or 0.</summary>
    public int TopActivation;

    /// <summary>Number of activations.</summary>
    public int ActivationDepth;

    /// <summary>Shared page: guard flag, 0, 1 or 2.</summary>
    public uint GuardFlag;

    /// <summary>Shared page: descriptor number of the queue, or 0.</summary>
    public uint QueueDescriptor;

    /// <summary>Shared page: descriptor number of the event that cancels the request in flight, or 0.</summary>
    public uint CancelEvent;

    /// <summary>Shared page: cancellation id of the request in flight, or 0.</summary>
    public uint RequestId;

    /// <summary>Shared page: descriptor number of the lane of the request in flight.</summary>
    public uint RequestLane;

    /// <summary>Shared page: file number of the request in flight, or -1 for one on the posix lane.</summary>
    public int RequestFile;

    /// <summary>Shared page: whether the POSIX server wants the thread to cancel what it is doing.</summary>
    public bool IsCancelRequested;

    /// <summary>Credentials under which it asks servers.</summary>
    public uint Credentials;

    /// <summary>User-private: whether it is in a wait that a parked signal is to end.</summary>
    public bool WaitsForParking;

    /// <summary>User-private: nesting of guards.</summary>
    public int GuardNesting;

    /// <summary>User-private: next cancellation id.</summary>
    public uint NextCancellationId;

    /// <summary>User-private: context given to a completion last, where each has its own.</summary>
    public ulong LastContext;

    /// <summary>User-private: mask to restore after fork, in parent and child.</summary>
    public ushort ForkMask;

    /// <summary>User-private: descriptor number of the posix lane.</summary>
    public uint PosixLaneDescriptor;

    /// <summary>Registers: arguments, then results, of a supercall.</summary>
    public RegisterFile Registers;

    /// <summary>Takes over the shared page of the thread that this one replaces, with what is written in it.</summary>
    /// <param name="former">The killed thread.</param>
    public void KeepPage(in KernelThread former)
    {
        GuardFlag = former.GuardFlag;
        QueueDescriptor = former.QueueDescriptor;
        CancelEvent = former.CancelEvent;
    }
}

/// <summary>How a thread came to be; decides what its user code does first.</summary>
public enum ThreadOrigin : byte
{
    /// <summary>It exists from the start and has its queue.</summary>
    Boot,

    /// <summary>By fork: it restores the signal mask.</summary>
    Fork,

    /// <summary>By clone.</summary>
    Clone,

    /// <summary>By exec: it has the page of the thread before.</summary>
    Exec,
}

/// <summary>Run state of a thread.</summary>
public enum KernelThreadState : byte
{
    /// <summary>Created, not resumed yet.</summary>
    New,

    /// <summary>Runs or could run.</summary>
    Running,

    /// <summary>Blocked interruptibly in the kernel.</summary>
    Blocked,

    /// <summary>Stopped for its observer: by a supercall, an interrupt, or since it is new.</summary>
    Stopped,

    /// <summary>Has ended.</summary>
    Dead,
}

/// <summary>Why a thread stopped.</summary>
public enum Observation : byte
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>helInterruptThread.</summary>
    Interrupt,

    /// <summary>The thread has ended.</summary>
    Terminated,

    /// <summary>First of the supercalls; the number is <c>observation - SuperCall</c>.</summary>
    SuperCall = 16,
}

/// <summary>Argument and result registers.</summary>
[InlineArray(6)]
public struct RegisterFile
{
    private long first;
}
