// What a note in a trace says. The two details are named in each summary.

namespace Managarm.Perf.Core.Tracing;

/// <summary>Kind of a note.</summary>
public enum NoteKind : byte
{
    /// <summary>Not a note.</summary>
    None,

    /// <summary>User code makes a call: number of the call in the scenario, thread.</summary>
    CallBegin,

    /// <summary>A call returns to user code: number of the call, result (negative: -errno).</summary>
    CallEnd,

    /// <summary>A signal is put into a queue: signal, target thread or process.</summary>
    SignalIssued,

    /// <summary>A signal is taken out of its queue for a thread: signal, thread.</summary>
    SignalAccepted,

    /// <summary>An accepted signal is ignored: signal, thread.</summary>
    SignalIgnored,

    /// <summary>An accepted signal waits for the end of the guard: signal, thread.</summary>
    SignalParked,

    /// <summary>An accepted signal gets its frame: signal, thread.</summary>
    SignalRaised,

    /// <summary>A handler begins to run: signal, thread.</summary>
    HandlerBegin,

    /// <summary>A handler returns: signal, thread.</summary>
    HandlerEnd,

    /// <summary>A thread blocks in the kernel: thread, 0.</summary>
    Blocked,

    /// <summary>A thread stops for the POSIX server: thread, observation.</summary>
    Stopped,

    /// <summary>The POSIX server lets a thread run on: thread, 0.</summary>
    Resumed,

    /// <summary>A thread is interrupted by the POSIX server: thread, 0.</summary>
    Interrupted,

    /// <summary>A server takes a request off a lane: request type, thread.</summary>
    RequestAccepted,

    /// <summary>A request enters a cancellation registry: cancellation id, thread.</summary>
    Registered,

    /// <summary>A cancel finds its request: cancellation id, thread.</summary>
    CancelHit,

    /// <summary>A cancel finds nothing: cancellation id, thread.</summary>
    CancelMissed,

    /// <summary>A server replies: errno, thread.</summary>
    Replied,

    /// <summary>A process ends: process, status.</summary>
    ProcessExit,

    /// <summary>A thread ends: thread, 0.</summary>
    ThreadExit,

    /// <summary>A deadline expires: deadline in ticks, 0.</summary>
    TimerExpired,

    /// <summary>A device raises its line: device, count.</summary>
    LineRaised,

    /// <summary>An assertion of the modelled system fails: code, 0.</summary>
    Panic,

    /// <summary>The POSIX server finds no event in a thread's page, so no request to cancel: thread, 0.</summary>
    EventAbsent,

    /// <summary>The POSIX server raises the event of a thread's request: thread, 0.</summary>
    EventRaised,

    /// <summary>A server learns that the event of the request it serves was raised: 0, thread.</summary>
    EventSeen,

    /// <summary>The POSIX server finds no request in a thread's page, so nothing to cancel: thread, 0.</summary>
    RequestAbsent,

    /// <summary>The POSIX server sends a cancel in a thread's name: cancellation id, thread.</summary>
    CancelSent,

    /// <summary>A server refuses a request whose id is in use, and forgets the request that has it: cancellation id,
    /// thread.</summary>
    RegistrationRefused,

    /// <summary>A server has died: number of the server, 0.</summary>
    ServerDied,

    /// <summary>A process runs a new image: thread, the thread that was killed.</summary>
    ImageReplaced,

    /// <summary>A server keeps a cancel for a request that is not registered yet: cancellation id, thread.</summary>
    CancelKept,

    /// <summary>A server drops a cancel that it has kept, since its request has been registered before: cancellation id,
    /// thread.</summary>
    EarlyCancelDropped,

    /// <summary>The epoch of a thread's guard is cancelled, and every request under it: thread, 0.</summary>
    EpochCancelled,

    /// <summary>A fatal signal waits for the end of a guard and a time begins to run: thread, deadline in ticks.</summary>
    GraceBegins,

    /// <summary>The time is over and the thread is ended inside its guard: signal, thread.</summary>
    GraceOver,

    /// <summary>A signal that was parked is pending again, since its guard ended with its image: signal, thread.</summary>
    SignalPutBack,

    /// <summary>A processor takes an interrupt: vector, processor.</summary>
    InterruptTaken,

    /// <summary>A deadline is found passed and can be cancelled no more: deadline in ticks, processor.</summary>
    TimerElapsed,

    /// <summary>An interrupt pin reports to its sinks: pin, how many have not answered.</summary>
    PinRaised,

    /// <summary>A driver answers an interrupt: pin, answer.</summary>
    PinAnswered,
}
