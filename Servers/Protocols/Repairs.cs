// What can be repaired: faults of today's servers and library that no cancellation protocol as such repairs, differences from
// POSIX, and the windows of each protocol. Each is one small change to server or library, at the place where upstream would make
// it; the code asks for the repair by its name, never for a protocol. A repair takes no step and has no point before it acts, and
// where it is off the run is the one that it was before there was a repair. A protocol brings repairs along, or is run with some
// that are named (RepairCatalog).

namespace Managarm.Perf.Servers.Protocols;

/// <summary>Repairs that a running world has.</summary>
[Flags]
public enum Repairs : ulong
{
    /// <summary>Server and library are as they are.</summary>
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

    /// <summary>The library drives its queue before it asks by superCancel, so that the request is sent before its
    /// cancel.</summary>
    CancelFollowsRequest = 1UL << 11,

    /// <summary>The POSIX server keeps a cancel that finds nothing for a request that the thread has sent, until that is
    /// registered.</summary>
    EarlyCancelKept = 1UL << 12,

    /// <summary>A file server keeps a cancel that finds nothing while a request that it accepted before, on the same lane, is
    /// not registered.</summary>
    LaneOrderKept = 1UL << 13,

    /// <summary>A refused duplicate leaves the entry of the first request alone.</summary>
    DuplicateLeavesOriginal = 1UL << 14,

    /// <summary>close leaves a lane open while a request that a thread of the process has sent over it is under way.</summary>
    LaneHeldWhileUsed = 1UL << 15,

    /// <summary>The POSIX server ends the request of a thread that it has killed, in the thread's name.</summary>
    KilledRequestCancelled = 1UL << 16,

    /// <summary>superSigSuspend ends at once when a signal is parked already.</summary>
    SuspendSeesParked = 1UL << 17,

    /// <summary>The mask supercall at the end of sigsuspend leaves the mask in force until the parked signal has its frame, which
    /// restores the former one; a signal that was parked before the mask changed is raised first.</summary>
    SuspendMaskInFrame = 1UL << 18,

    /// <summary>superSigSuspend ends when a signal was parked meanwhile or the thread is to end, and for nothing else.</summary>
    SuspendEndsByDelivery = 1UL << 19,

    /// <summary>A parked signal ends a sleep.</summary>
    SleepEndsBySignal = 1UL << 20,

    /// <summary>The POSIX server ends the requests that it serves for a thread which is to end.</summary>
    EndingRequestCancelled = 1UL << 21,

    /// <summary>A cancel that finds nothing is kept, in file servers and in the POSIX server, for a request that was sent before
    /// it and is not registered.</summary>
    CancelAwaitsRegistration = 1UL << 22,

    /// <summary>Having published the id of its request, the library looks whether a signal is parked, and then has the POSIX
    /// server look into the page again.</summary>
    PublishedIdChecked = 1UL << 23,

    /// <summary>Having published the event of its request, the library looks whether a signal is parked, and then has the POSIX
    /// server look into the page again.</summary>
    PublishedEventChecked = 1UL << 24,

    /// <summary>The POSIX server closes the copy of a descriptor that it has taken out of a thread's universe.</summary>
    TakenDescriptorClosed = 1UL << 25,

    /// <summary>The POSIX server does nothing where a lane is gone on which it would send a cancel.</summary>
    CancelErrorsChecked = 1UL << 26,

    /// <summary>A refused read gets both parts of a reply, and a refused request of the POSIX server gets one.</summary>
    RefusalsReplied = 1UL << 27,

    /// <summary>The library drives its queue before it asks the POSIX server to relay a cancel.</summary>
    RelayFollowsRequest = 1UL << 28,

    /// <summary>The POSIX server looks whether a file is open under the number that superCancel gives it.</summary>
    RelayChecksFile = 1UL << 29,

    /// <summary>superCancel names the lane of the request, which need not be that of the file under the number any
    /// more.</summary>
    RelayByLane = 1UL << 30,

    /// <summary>The word that asks for a cancel is set for what is parked only, and reset with the guard.</summary>
    CancelWordEndsWithGuard = 1UL << 31,

    /// <summary>A request on a posix lane that is served serially ends when the server parks a signal.</summary>
    SerialRequestJoinsEpoch = 1UL << 32,
}
