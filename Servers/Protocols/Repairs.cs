// Flaws of today's servers and library that no cancellation protocol as such repairs, and that a protocol which promises to
// hold brings the repairs of. Each is one small change to server or library that could be made on its own; the code asks for the
// repair by its name, never for a protocol.

namespace Managarm.Perf.Servers.Protocols;

/// <summary>Repairs that a protocol brings along.</summary>
[Flags]
public enum Repairs : ushort
{
    /// <summary>Server and library are as they are today.</summary>
    None = 0,

    /// <summary>waitpid for a certain child ends with ECHILD when that child is gone, whatever other children there
    /// are.</summary>
    WaitForNamedChild = 1,

    /// <summary>superSigSuspend waits until a signal is parked or the thread is to end: what is ignored is dropped meanwhile,
    /// what is blocked waits, and what was parked before ends it at once.</summary>
    SuspendUntilParked = 2,

    /// <summary>A new image begins outside of any guard; a signal that was parked in the guard around exec is pending again, and
    /// an end of the process that was asked for meanwhile is told to the new thread.</summary>
    ExecBeginsUnguarded = 4,

    /// <summary>The library maps the error of a lane to EIO instead of failing an assertion.</summary>
    LaneErrorsReported = 8,

    /// <summary>A fatal signal waits for the guard of its thread for a limited time only.</summary>
    FatalAfterGrace = 16,

    /// <summary>superSigRaise tells whether all handlers have SA_RESTART, and the library starts the call over.</summary>
    CallsRestart = 32,

    /// <summary>superSigSuspend changes the mask itself and leaves it in force until the handler that ends the call has its
    /// frame, which restores the former one. In mlibc 9b4ccc8e (signals.cpp, Sigsuspend) the guard of the call raises the signal
    /// after the mask was restored.</summary>
    SuspendMaskHolds = 64,

    /// <summary>A write that waits for room looks for readers again whenever it wakes, and ends when there are none. managarm
    /// d15dd1cc6 (fifo.cpp, writeAll) looks once, before it waits; its PR 1512 is open.</summary>
    BrokenPipeEndsWrite = 128,

    /// <summary>A write waits until all its bytes have found room, and one that is ended before reports how many have. In
    /// managarm d15dd1cc6 (fifo.cpp, writeAll) it returns as soon as some have.</summary>
    WritesWaitForRoom = 256,

    /// <summary>A write to a pipe without readers sends its thread SIGPIPE (managarm d15dd1cc6, fifo.cpp,
    /// writeAll, says that it is missing).</summary>
    BrokenPipeSignals = 512,

    /// <summary>A standard signal that is pending already is not queued again where the profile says so; Managarm's queues
    /// count (process.cpp, SignalQueue).</summary>
    SignalsMerge = 1024,
}
