// The invariants of a correct cancellation protocol. Each has a sentence of English that findings quote and a section in
// docs/invariants.md.

namespace Managarm.Perf.Servers.Oracle;

/// <summary>What must hold in every run.</summary>
public enum Invariant : byte
{
    /// <summary>Nothing is violated.</summary>
    None,

    /// <summary>Every request completes exactly once.</summary>
    Completion,

    /// <summary>EINTR only from a call that can be interrupted and was cancelled, and only if a handler ran on the thread during
    /// it.</summary>
    Eintr,

    /// <summary>A signal that was sent is accepted as its action says, and raised before the next user instruction after the
    /// outermost guard.</summary>
    Raise,

    /// <summary>No byte is lost or duplicated; EINTR consumed none.</summary>
    Bytes,

    /// <summary>No registry entry outlives its request, and no request its thread.</summary>
    Registry,

    /// <summary>Guard flag and parked signal agree.</summary>
    Flag,

    /// <summary>At idle, no interruptible call is blocked while its thread has a deliverable or parked signal.</summary>
    Liveness,

    /// <summary>A cancel never ends another request.</summary>
    Target,

    /// <summary>Descriptors, events and registrations balance.</summary>
    Leak,

    /// <summary>Masks are what the thread's calls have made of them, during handlers and after them.</summary>
    Mask,

    /// <summary>A call restarts exactly where the profile says.</summary>
    Restart,

    /// <summary>No assertion of the modelled system can be made to fail by user code.</summary>
    Panic,

    /// <summary>The run ends within the step bound.</summary>
    Progress,

    /// <summary>A call returns one of the results that its scenario line allows.</summary>
    Allowed,

    /// <summary>The words of a queue move only forward.</summary>
    Queue,

    /// <summary>Every result has a cause: bytes, an end of file, an error number.</summary>
    Cause,

    /// <summary>A child that ended is reported to a waiter or can still be waited for.</summary>
    Child,

    /// <summary>Lemma 1: a cancel never misses a request that was sent before it.</summary>
    Order,

    /// <summary>Lemma 2: no thread blocks past a guard flag that says to end.</summary>
    Level,

    /// <summary>Lemma 3: a request that the POSIX server serves ends with the guard in which it is made, and not
    /// before.</summary>
    Epoch,

    /// <summary>Lemma 4: a cancel names one request and hits no other.</summary>
    Victim,

    /// <summary>Lemma 5: what was told to end ends, and nothing else does.</summary>
    Ending,
}

/// <summary>Names and sentences of the invariants.</summary>
public static class Invariants
{
    private static readonly (string Name, string Sentence)[] Table =
    [
        ("none", "Nothing is violated."),
        ("completion", "A request completed twice, before its time, or not at all although what it waits for is there."),
        ("eintr", "A call returned EINTR although no handler ran, nobody cancelled it, or it cannot be interrupted."),
        ("raise", "A signal was lost, was raised too late, was never sent to this thread, or met another action than its own."),
        ("bytes", "Bytes were lost or delivered twice."),
        ("registry", "A call has returned, or its thread has ended, and a server still has its request, or state of it."),
        ("flag", "The guard flag says that a signal is parked and none is, or the reverse."),
        ("liveness", "Nothing can happen any more, and a thread is blocked although a signal for it is deliverable or parked."),
        ("target", "A request ended as cancelled although nobody had asked to cancel it."),
        ("leak", "Something that was taken during the run was not given back."),
        ("mask", "A thread's signal mask is not what its calls have made of it, or a handler ran for a blocked signal."),
        ("restart", "A call was not restarted, or was, against the rule of the profile."),
        ("panic", "An assertion of the modelled system failed."),
        ("progress", "The run did not end within the step bound."),
        ("allowed", "A call returned a result that its scenario line does not allow."),
        ("queue", "A word that kernel and user share in a queue was taken back."),
        ("cause", "A call returned what nothing explains: bytes, an end of file, a count or an error number without a cause."),
        ("child", "A child has ended, nobody was told of it, and nobody can wait for it any more."),
        ("order", "A cancel missed a request that was sent before it, or a server's book of what is on its way is wrong."),
        ("level", "A thread blocks in a wait that a parked signal is to end, and has not noticed."),
        ("epoch", "A request is served under an epoch that is not that of its thread's guard."),
        ("victim", "A cancel and the request that it hits are not one and the same, or an id was used twice."),
        ("ending", "What was told to end goes on although nobody can run, or was ended without a reason."),
    ];

    /// <summary>Number of invariants, <see cref="Invariant.None"/> included.</summary>
    public static int Count => Table.Length;

    /// <summary>Id of an invariant as it stands in signatures.</summary>
    /// <param name="invariant">The invariant.</param>
    /// <returns>A lower-case word.</returns>
    public static string NameOf(Invariant invariant) => Table[(int)invariant].Name;

    /// <summary>What a violation means.</summary>
    /// <param name="invariant">The invariant.</param>
    /// <returns>One sentence.</returns>
    public static string SentenceOf(Invariant invariant) => Table[(int)invariant].Sentence;
}
