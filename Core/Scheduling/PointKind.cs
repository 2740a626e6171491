// The places where a party may be preempted. A point stands before every kernel entry and before every access to a word that
// parties share, and nowhere else: between two points a party is atomic. The names are the roles that explanations, signatures
// and confirm recipes speak of.

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Role of a preemption point.</summary>
public enum PointKind : byte
{
    /// <summary>No role.</summary>
    None,

    /// <summary>A user thread starts to run its strand or a handler.</summary>
    Start,

    /// <summary>User code is about to make a call.</summary>
    Call,

    /// <summary>User: the outermost guard sets the guard flag.</summary>
    GuardEnter,

    /// <summary>User: the outermost guard exchanges the guard flag with 0.</summary>
    GuardExit,

    /// <summary>User: the dequeue loop reads the guard flag to learn of a parked signal.</summary>
    FlagCheck,

    /// <summary>User: looks up a lane in the file table page.</summary>
    FileTableLoad,

    /// <summary>User: loads the queue's notify word.</summary>
    NotifyLoad,

    /// <summary>User: clears bits in the queue's notify word.</summary>
    NotifyClear,

    /// <summary>User: loads a completion chunk's progress word.</summary>
    ProgressLoad,

    /// <summary>Kernel entry: drive the queue (submit and, if asked, wait).</summary>
    Drive,

    /// <summary>Kernel: takes the next element off a submission queue.</summary>
    Submit,

    /// <summary>Kernel entry: supercall, the thread stops until the POSIX server resumes it.</summary>
    SuperCall,

    /// <summary>User: the thread runs on after it was blocked or stopped.</summary>
    RunOn,

    /// <summary>Kernel: a running thread notices an interrupt and parks.</summary>
    TakeInterrupt,

    /// <summary>Server: handles its next completion or woken coroutine.</summary>
    Dispatch,

    /// <summary>Server: nothing is left to do, it blocks in its drive.</summary>
    Wait,

    /// <summary>Server kernel entry: interrupt a thread.</summary>
    InterruptThread,

    /// <summary>Server kernel entry: resume a thread.</summary>
    ResumeThread,

    /// <summary>Server kernel entry: kill a thread.</summary>
    KillThread,

    /// <summary>Server kernel entry: take a descriptor out of another universe.</summary>
    TransferDescriptor,

    /// <summary>Server kernel entry: alert a queue.</summary>
    AlertQueue,

    /// <summary>Server kernel entry: close a descriptor.</summary>
    CloseDescriptor,

    /// <summary>Server: reads or writes the guard flag of a stopped thread.</summary>
    FlagUpdate,

    /// <summary>Server: writes the file table page of a process.</summary>
    FileTableStore,

    /// <summary>Time: the earliest deadline expires.</summary>
    TimerExpiry,

    /// <summary>Time: a scenario line advances the clock.</summary>
    TimeAdvance,

    /// <summary>Device: an interrupt line is raised.</summary>
    LineRaise,

    /// <summary>Monolithic kernel: a call enters the kernel.</summary>
    KernelEnter,

    /// <summary>Monolithic kernel: takes an object's lock.</summary>
    KernelLock,

    /// <summary>Monolithic kernel: looks for deliverable signals before it returns to user code.</summary>
    KernelExit,

    /// <summary>Kernel entry: create an event.</summary>
    EventCreate,

    /// <summary>User: says in the thread page which event cancels its request.</summary>
    EventPublish,

    /// <summary>User: says in the thread page that no event cancels a request any more.</summary>
    EventWithdraw,

    /// <summary>Kernel entry: close the event.</summary>
    EventClose,

    /// <summary>Server: reads from the page of a stopped thread which event cancels its request.</summary>
    EventLoad,

    /// <summary>Server kernel entry: take the event's descriptor out of the thread's universe.</summary>
    EventTransfer,

    /// <summary>Server kernel entry: raise the event.</summary>
    EventRaise,

    /// <summary>Server: clears the word in the page of a stopped thread.</summary>
    EventClear,

    /// <summary>User: says in the thread page which request is in flight.</summary>
    RequestPublish,

    /// <summary>User: says in the thread page that no request is in flight any more.</summary>
    RequestWithdraw,

    /// <summary>User: resets the word that asks the thread to cancel what it is doing.</summary>
    CancelReset,

    /// <summary>Server: reads from the page of a stopped thread which request is in flight.</summary>
    RequestLoad,

    /// <summary>Server kernel entry: take the lane of the request out of the thread's universe.</summary>
    LaneTransfer,

    /// <summary>Server: sets the word that asks a stopped thread to cancel what it is doing.</summary>
    CancelRequest,

    /// <summary>Server: looks up the file that a thread names in a cancel.</summary>
    FileLookup,

    /// <summary>User: the dequeue loop reads the word that asks the thread to cancel what it is doing.</summary>
    CancelCheck,

    /// <summary>Environment: a server dies.</summary>
    ServerCrash,

    /// <summary>Kernel entry: a thread that was made at run time creates its queue.</summary>
    QueueCreate,

    /// <summary>User: says in the thread page which queue is the thread's.</summary>
    QueuePublish,

    /// <summary>Processor: takes the interrupt of the highest priority and handles it.</summary>
    InterruptEntry,

    /// <summary>Processor: its timer engine acts on a deadline that was found passed.</summary>
    TimerRun,

    /// <summary>Server: takes input out of the registers of a device.</summary>
    DeviceAccess,

    /// <summary>Server kernel entry: answer an interrupt.</summary>
    AnswerInterrupt,
}
