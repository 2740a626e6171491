// What travels through the rings between the two OS threads of the threaded host: one slot per message, written in place. The
// meaning of the value words depends on the kind; larger contents lie over them.

using System.Runtime.InteropServices;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Running.Threaded;

/// <summary>A request to the kernel's side or an answer from it.</summary>
[StructLayout(LayoutKind.Explicit, Size = RingSlot.MessageBytes)]
internal struct HostMessage
{
    /// <summary>Kind.</summary>
    [FieldOffset(0)]
    public HostMessageKind Kind;

    /// <summary>Number of the supercall.</summary>
    [FieldOffset(1)]
    public SuperCall Number;

    /// <summary>Drive: whether to block. End: whether a handler returns. Frame: whether interrupted calls restart.</summary>
    [FieldOffset(2)]
    public bool Flag;

    /// <summary>Guard flag in the thread's page, which changes hands with its owner.</summary>
    [FieldOffset(3)]
    public byte GuardFlag;

    /// <summary>Event in the thread's page, which changes hands with its owner.</summary>
    [FieldOffset(4)]
    public uint CancelEvent;

    /// <summary>The user thread that the message is about; has the same handle on both sides.</summary>
    [FieldOffset(8)]
    public Handle<KernelThread> Thread;

    /// <summary>First value.</summary>
    [FieldOffset(16)]
    public long Value0;

    /// <summary>Second value.</summary>
    [FieldOffset(24)]
    public long Value1;

    /// <summary>Third value.</summary>
    [FieldOffset(32)]
    public long Value2;

    /// <summary>Request in the thread's page: its id. A monolithic call lies over these words; it has no page.</summary>
    [FieldOffset(40)]
    public uint RequestId;

    /// <summary>Request in the thread's page: its lane.</summary>
    [FieldOffset(44)]
    public uint RequestLane;

    /// <summary>Request in the thread's page: its file number.</summary>
    [FieldOffset(48)]
    public int RequestFile;

    /// <summary>Whether the thread's page asks for a cancel.</summary>
    [FieldOffset(52)]
    public bool IsCancelRequested;

    /// <summary>The call of an <see cref="HostMessageKind.Invoke"/>.</summary>
    [FieldOffset(16)]
    public Call Call;

    /// <summary>The result of an <see cref="HostMessageKind.Invoke"/>.</summary>
    [FieldOffset(16)]
    public CallResult Result;

    /// <summary>The answer to a <see cref="HostMessageKind.Census"/>.</summary>
    [FieldOffset(16)]
    public HostCensus Census;

    /// <summary>Copies the words of a thread's page into this message.</summary>
    /// <param name="page">The thread.</param>
    public void TakePage(in KernelThread page)
    {
        GuardFlag = (byte)page.GuardFlag;
        CancelEvent = page.CancelEvent;
        RequestId = page.RequestId;
        RequestLane = page.RequestLane;
        RequestFile = page.RequestFile;
        IsCancelRequested = page.IsCancelRequested;
    }

    /// <summary>Copies the words of a thread's page out of this message.</summary>
    /// <param name="page">The thread.</param>
    public readonly void GivePage(ref KernelThread page)
    {
        page.GuardFlag = GuardFlag;
        page.CancelEvent = CancelEvent;
        page.RequestId = RequestId;
        page.RequestLane = RequestLane;
        page.RequestFile = RequestFile;
        page.IsCancelRequested = IsCancelRequested;
    }
}

/// <summary>Kind of a message; the comment says what the values are.</summary>
internal enum HostMessageKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>To the kernel: an element of the thread's submission queue; number of its buffer.</summary>
    Submit,

    /// <summary>To the kernel: the thread drives its queue. Answered by a return.</summary>
    Drive,

    /// <summary>To the kernel: supercall; three arguments. Answered by a return.</summary>
    Call,

    /// <summary>To the kernel: creates a oneshot event. Answered by a return.</summary>
    CreateEvent,

    /// <summary>To the kernel: closes an event; its descriptor. Answered by a return.</summary>
    CloseEvent,

    /// <summary>To the kernel: a call of a monolithic kernel. Answered by a return.</summary>
    Invoke,

    /// <summary>To the kernel: an activation has ended. Not answered: what it interrupted goes on.</summary>
    End,

    /// <summary>To the kernel: a device has input; resource and number of bytes.</summary>
    Line,

    /// <summary>To the kernel: a signal for a process; strand and table index.</summary>
    Signal,

    /// <summary>To the kernel: the POSIX server closes what its protocol has left open.</summary>
    Sweep,

    /// <summary>Both ways: number. Comes back when everything that was sent before has been worked off.</summary>
    Echo,

    /// <summary>Both ways: what the kernel's side has counted.</summary>
    Census,

    /// <summary>To the kernel: end.</summary>
    Stop,

    /// <summary>To the user: the kernel's side has booted; its trace hash.</summary>
    Ready,

    /// <summary>To the user: a submission has completed; number of its buffer.</summary>
    Complete,

    /// <summary>To the user: the thread's queue was alerted.</summary>
    Alert,

    /// <summary>To the user: the thread runs on in a handler; strand, first call, signal by table index + 1.</summary>
    Frame,

    /// <summary>To the user: a drive or supercall returns; registers, the first of which is a drive's result.</summary>
    Return,
}
