// Requests and replies on lanes, after protocols/fs and protocols/posix of Managarm: one number space for both, since a lane
// only ever speaks one of them. Arguments of each kind are named here once.

namespace Managarm.Perf.Servers.Dispatch;

/// <summary>Kind of a message.</summary>
public enum MessageKind : ushort
{
    /// <summary>No message.</summary>
    None,

    /// <summary>A reply: error, results in the arguments, payload.</summary>
    Reply,

    /// <summary>File lane, read: byte count, file number.</summary>
    Read,

    /// <summary>File lane, write: byte count, file number.</summary>
    Write,

    /// <summary>File lane, cancel: cancellation id of the request to cancel (fs message 41). On a posix lane only in the trap
    /// that shows why it has no place there.</summary>
    CancelOperation,

    /// <summary>Posix lane, create a pipe: resources that name the ends.</summary>
    PipeCreate,

    /// <summary>Posix lane, close: file number.</summary>
    Close,

    /// <summary>Posix lane, change a signal's action: signal, disposition, flags.</summary>
    Sigaction,

    /// <summary>Posix lane, wait for a child: strand or -1, flags.</summary>
    Wait,

    /// <summary>Posix lane, poll: file, events, file or -1, events; timeout in the long argument of the tail.</summary>
    Poll,

    /// <summary>Second part of a request.</summary>
    Tail,
}

/// <summary>Supercalls of the POSIX server (protocols/posix/supercalls.hpp).</summary>
public enum SuperCall : byte
{
    /// <summary>Duplicate the process.</summary>
    Fork,

    /// <summary>End the process: status.</summary>
    Exit,

    /// <summary>End the thread.</summary>
    ThreadExit,

    /// <summary>Change the signal mask: how, set; returns the former mask and the entered-signal sequence.</summary>
    SigMask,

    /// <summary>Raise the parked signal.</summary>
    SigRaise,

    /// <summary>Return from a handler.</summary>
    SigRestore,

    /// <summary>Send a signal: process strand, thread strand or -1, signal.</summary>
    SigKill,

    /// <summary>Wait until a signal is accepted: entered-signal sequence.</summary>
    SigSuspend,

    /// <summary>Cancel a running request of this thread: cancellation id, file number or -1.</summary>
    Cancel,

    /// <summary>Run a new image; returns never.</summary>
    Exec,

    /// <summary>Create a thread: its strand; returns 0 or an errno.</summary>
    Clone,

    /// <summary>Change the signal mask, wait until a signal is parked, and keep that mask until it is raised: mask; returns 0
    /// when one was parked before, so that nothing was changed and the call begins anew. A repair: Managarm has
    /// <see cref="SigMask"/> and <see cref="SigSuspend"/>.</summary>
    SigSuspendMask,
}

// How long messages are on a lane, in bytes. The model carries meanings rather than encodings, but chunks fill up and buffers are
// too small by bytes, so each part of a conversation has the length that its encoding has (protocols/posix and protocols/fs:
// heads are padded to 128, replies are short).
/// <summary>Lengths of encoded messages, in bytes.</summary>
public static class MessageSize
{
    /// <summary>Head of a request.</summary>
    public const int Head = 128;

    /// <summary>Second part of a request.</summary>
    public const int Tail = 32;

    /// <summary>A reply without its data.</summary>
    public const int Reply = 48;
}
