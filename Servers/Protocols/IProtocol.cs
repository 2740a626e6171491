// A cancellation protocol is what this project compares. The interface holds exactly the places where the protocols of Managarm's
// history differ: how a user thread makes a cancellable call, how a server takes it in and lets go of it, what the POSIX server
// does when it accepts and when it parks a signal, and what it does when a user thread asks for a cancel. Everything else is the
// same code for all, so the diff of two protocol files is the difference.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>A cancellation protocol; stateless, all state is in the arena.</summary>
public interface IProtocol
{
    /// <summary>Name on the command line and in schedules.</summary>
    string Name { get; }

    /// <summary>One line for lists.</summary>
    string Summary { get; }

    /// <summary>Whether there is one address space and no server: calls run on the caller's party.</summary>
    bool IsMonolithic => false;

    /// <summary>When a pushed submission reaches the kernel.</summary>
    SubmissionMode Submission { get; }

    /// <summary>Whether a server keeps one registry for all its lanes, rather than one per lane (before managarm
    /// f6099d475).</summary>
    bool SharesRegistry => false;

    /// <summary>Whether the POSIX server refuses a request without a reply: the coroutine that would send it was made and not
    /// awaited (before managarm c1b80daa8).</summary>
    bool RefusesSilently => false;

    /// <summary>Faults of today's servers and library that it repairs.</summary>
    Repairs Repairs => Repairs.None;

    /// <summary>What it says that it does not promise. The oracle asks for these and for what is wired, never for
    /// repairs.</summary>
    Limits Limits => Limits.None;

    /// <summary>Whether a server numbers what it accepts on a passthrough lane and keeps a ticket of each request until that is
    /// registered.</summary>
    /// <param name="server">The server.</param>
    /// <returns>True where <see cref="AdmitFromFile"/> closes the ticket.</returns>
    bool NumbersArrivals(LaneServer server) => false;

    /// <summary>Whether the lemmas (order, level, epoch, victim, ending) are judged.</summary>
    bool ClaimsLemmas => false;

    /// <summary>Whether a lane that a thread's page names is kept open when its file is closed.</summary>
    bool HoldsLanes => false;

    /// <summary>Whether this protocol promises to interrupt a class of call.</summary>
    /// <param name="kind">The call.</param>
    /// <returns>False for classes in which a signal waits for the natural end of the call.</returns>
    bool IsWired(CallKind kind);

    /// <summary>Whether this protocol could be applied to a class of call, wired in Managarm or not (--calls all).</summary>
    /// <param name="kind">The call.</param>
    /// <returns>True at least for what is wired.</returns>
    bool CanWire(CallKind kind) => IsWired(kind);

    /// <summary>User: makes a cancellable request on the thread's posix lane and waits for the reply.</summary>
    /// <param name="user">The userland.</param>
    /// <param name="thread">The calling thread, inside a guard.</param>
    /// <param name="request">The request.</param>
    /// <param name="tailArgument">Argument of the request's second part, or null when there is none.</param>
    /// <returns>The reply.</returns>
    KernelTask<Message> RequestFromPosix(Userland user, Handle<KernelThread> thread, Message request, long? tailArgument);

    /// <summary>User: makes a cancellable request on a file's passthrough lane and waits for the reply.</summary>
    /// <param name="user">The userland.</param>
    /// <param name="thread">The calling thread, inside a guard.</param>
    /// <param name="lane">Descriptor number of the file's lane.</param>
    /// <param name="request">The request.</param>
    /// <returns>The reply.</returns>
    KernelTask<Message> RequestFromFile(Userland user, Handle<KernelThread> thread, uint lane, Message request);

    /// <summary>User: sleeps cancellably.</summary>
    /// <param name="user">The userland.</param>
    /// <param name="thread">The calling thread, inside a guard.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>0 or EINTR.</returns>
    KernelTask<Errno> Sleep(Userland user, Handle<KernelThread> thread, long deadlineTicks);

    /// <summary>User: waits for the reply to a request that is not cancellable.</summary>
    /// <param name="user">The userland.</param>
    /// <param name="thread">The calling thread.</param>
    /// <returns>The completed operation.</returns>
    KernelTask<Handle<Operation>> AwaitCompletion(Userland user, Handle<KernelThread> thread) =>
        user.Dequeue(thread, DequeueUntil.Completion);

    /// <summary>Server: takes in a cancellable request on a passthrough lane, whose head has been received.</summary>
    /// <param name="server">The server.</param>
    /// <param name="arrival">The request.</param>
    /// <returns>By whom and how it will be cancelled.</returns>
    KernelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival);

    /// <summary>Server: takes in a cancel on a passthrough lane, whose head has been received.</summary>
    /// <param name="server">The server.</param>
    /// <param name="arrival">The cancel.</param>
    /// <returns>Nothing.</returns>
    KernelTask<Unit> CancelArrived(LaneServer server, Arrival arrival) => server.Cancel(arrival);

    /// <summary>POSIX server: takes in a cancellable request on a posix lane, all parts of which have been received but what
    /// the protocol itself has added.</summary>
    /// <param name="server">The request loop.</param>
    /// <param name="thread">The calling thread.</param>
    /// <param name="conversation">Conversation lane.</param>
    /// <param name="request">Head of the request.</param>
    /// <returns>By whom and how it will be cancelled.</returns>
    KernelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request);

    /// <summary>Server: a request has ended, cancelled or not; nothing may cancel it any more. Before the reply.</summary>
    /// <param name="system">The system.</param>
    /// <param name="admission">What it was taken in with.</param>
    /// <returns>Nothing.</returns>
    KernelTask<Unit> Conclude(ModelSystem system, Admission admission);

    /// <summary>POSIX server: a signal that is not ignored was accepted, inside a guard or not; the thread is frozen.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    KernelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread);

    /// <summary>POSIX server: a signal was accepted inside a guard and parked; the thread is frozen.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    KernelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread);

    /// <summary>POSIX server: a thread, or its new image, is about to begin.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    void ThreadBegins(ModelSystem system, Handle<PosixThread> thread)
    {
    }

    /// <summary>POSIX server: the guard in which a signal was parked has ended, and the signal is about to be raised.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    void GuardEnded(ModelSystem system, Handle<PosixThread> thread)
    {
    }

    /// <summary>POSIX server: a thread has been killed; what it asked other servers for is nobody's any more.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    KernelTask<Unit> ThreadKilled(ModelSystem system, Handle<PosixThread> thread) => default;

    /// <summary>POSIX server: a thread is to end, whatever it does; told as soon as that is known, and again before its serving
    /// coroutines are waited for.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    void ThreadEnds(ModelSystem system, Handle<PosixThread> thread)
    {
    }

    /// <summary>POSIX server: nothing serves a thread any more.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    void ThreadEnded(ModelSystem system, Handle<PosixThread> thread)
    {
    }

    /// <summary>POSIX server: the thread asks by supercall to cancel its running request.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="cancellationId">Id of the request.</param>
    /// <param name="file">File number of the request, or -1 for one on the posix lane.</param>
    /// <returns>Nothing.</returns>
    KernelTask<Unit> CancelRequested(ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file);
}

/// <summary>When a pushed submission reaches the kernel.</summary>
public enum SubmissionMode : byte
{
    /// <summary>At once, by a kernel entry of its own (helSubmitAsync).</summary>
    Direct,

    /// <summary>When the queue is driven next (since mlibc 348dc549).</summary>
    Lazy,
}
