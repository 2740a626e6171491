// Error numbers as Linux on x86-64 assigns them, as far as a modelled call can report them, now or in a later call.
// Results of calls are signed 64-bit numbers: a success value when >= 0, the negated error number otherwise.
// Names and the dense index used by bit sets are in ErrnoTable.

namespace Managarm.Perf.Core.Calls;

/// <summary>A Linux error number.</summary>
public enum Errno : byte
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such file.</summary>
    ENOENT = 2,

    /// <summary>No such process or thread.</summary>
    ESRCH = 3,

    /// <summary>A signal handler ran before the call could make progress.</summary>
    EINTR = 4,

    /// <summary>Input or output error; what a server reports when it fails itself.</summary>
    EIO = 5,

    /// <summary>No such device or address.</summary>
    ENXIO = 6,

    /// <summary>The descriptor is not open, or not open for this direction.</summary>
    EBADF = 9,

    /// <summary>The process has no such child.</summary>
    ECHILD = 10,

    /// <summary>The call would block, or a limit is reached for now.</summary>
    EAGAIN = 11,

    /// <summary>Out of memory.</summary>
    ENOMEM = 12,

    /// <summary>Bad address.</summary>
    EFAULT = 14,

    /// <summary>The object is busy.</summary>
    EBUSY = 16,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Too many open files in the system.</summary>
    ENFILE = 23,

    /// <summary>Too many open descriptors in the process.</summary>
    EMFILE = 24,

    /// <summary>Not a terminal.</summary>
    ENOTTY = 25,

    /// <summary>No space left.</summary>
    ENOSPC = 28,

    /// <summary>The file cannot seek.</summary>
    ESPIPE = 29,

    /// <summary>Nobody reads this pipe.</summary>
    EPIPE = 32,

    /// <summary>The call would deadlock.</summary>
    EDEADLK = 35,

    /// <summary>The call does not exist.</summary>
    ENOSYS = 38,

    /// <summary>The peer reset the connection.</summary>
    ECONNRESET = 104,

    /// <summary>No buffer space.</summary>
    ENOBUFS = 105,

    /// <summary>Not connected.</summary>
    ENOTCONN = 107,

    /// <summary>The operation timed out.</summary>
    ETIMEDOUT = 110,

    /// <summary>Connection refused.</summary>
    ECONNREFUSED = 111,

    /// <summary>The operation was cancelled.</summary>
    ECANCELED = 125,
}
