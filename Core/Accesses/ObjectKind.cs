// The kinds of objects that parties share. A step's footprint is a set of (kind, index, read or write): what partial-order
// reduction, coverage and explanation work on. Kinds also name the arena regions for the audit.

namespace Managarm.Perf.Core.Accesses;

/// <summary>Kind of a shared object.</summary>
public enum ObjectKind : byte
{
    /// <summary>No object: a step that touches only its own party.</summary>
    None,

    /// <summary>A party's scheduling state.</summary>
    Party,

    /// <summary>A kernel thread: run state, conditions, registers.</summary>
    Thread,

    /// <summary>A stacked activation of a thread.</summary>
    Activation,

    /// <summary>The page that a thread shares with the POSIX server (guard flag, queue handle).</summary>
    ThreadPage,

    /// <summary>One end of a lane.</summary>
    Lane,

    /// <summary>A submitted operation.</summary>
    Operation,

    /// <summary>An IPC queue: notify words, chunks, pending completions.</summary>
    Queue,

    /// <summary>A oneshot event.</summary>
    Event,

    /// <summary>A wait registered with a bell or a cancel source.</summary>
    Registration,

    /// <summary>A cancel source.</summary>
    CancelSource,

    /// <summary>A descriptor table.</summary>
    Universe,

    /// <summary>An armed timer.</summary>
    Timer,

    /// <summary>A process of the POSIX server.</summary>
    Process,

    /// <summary>A thread as the POSIX server knows it.</summary>
    PosixThread,

    /// <summary>A pipe.</summary>
    Pipe,

    /// <summary>An open file.</summary>
    File,

    /// <summary>An entry of a cancellation registry.</summary>
    RegistryEntry,

    /// <summary>A device of an external file server.</summary>
    Device,

    /// <summary>An event object of the kernel.</summary>
    KernelEvent,

    /// <summary>A thread that sleeps on a futex.</summary>
    FutexWaiter,

    /// <summary>A request that was accepted on a passthrough lane and is not registered.</summary>
    Ticket,

    /// <summary>A cancel that waits for its request to be registered.</summary>
    EarlyCancel,

    /// <summary>A guard epoch of the POSIX server.</summary>
    Epoch,

    /// <summary>The sides of an IPC queue that only its owner's steps touch: submissions and what has been read.</summary>
    QueueOwner,

    /// <summary>The chunks of an IPC queue that its owner hands back and a completion takes when its chunk is full.</summary>
    QueueSupply,

    /// <summary>One completion in an IPC queue. Taking it comes after posting it; that order cannot be turned round.</summary>
    Completion,

    /// <summary>The inbox of a party: order of the coroutines that were posted to it, and whether there is one.</summary>
    Inbox,

    /// <summary>One coroutine that was posted to a party; taking it comes after posting it.</summary>
    Posted,

    /// <summary>That a party was made enabled; what it does next comes after that.</summary>
    Wake,

    /// <summary>Who observes a thread.</summary>
    Observer,

    /// <summary>That a thread was seen stopped, or was to be seen: whichever comes second, the stop or the observation,
    /// completes the observation, and both orders end alike.</summary>
    Observed,

    /// <summary>The clock: the time that it shows and which deadline is the next.</summary>
    Clock,

    /// <summary>Which process and thread there is of a strand, if any.</summary>
    Strand,

    /// <summary>Whether an operation with a cancellation tag is still under way.</summary>
    Tag,

    /// <summary>Which file numbers a process has given to the names of a scenario.</summary>
    Bindings,

    /// <summary>All deadlines at one instant; those that are armed first expire first.</summary>
    Deadline,

    /// <summary>A processor with its local APIC: which interrupts are requested there.</summary>
    Processor,

    /// <summary>An interrupt pin: masks, sinks, whether it is in service.</summary>
    InterruptPin,
}
