// The invariants of a correct cancellation protocol. Each has a sentence of English that findings quote and a section in
// docs/invariants.md.

namespace Managarm.Perf.Servers;

/// <summary>What must hold in every run.</summary>
public enum Invariant : byte
{
    /// <summary>Nothing is violated.</summary>
    None,

    /// <summary>Every request completes exactly once.</summary>
    Completion,

    /// <summary>EINTR only if a handler ran on the thread during the call.</summary>
    Eintr,

    /// <summary>An accepted signal is raised before the next user instruction after the outermost guard.</summary>
    Raise,

    /// <summary>No byte is lost or duplicated; EINTR consumed none.</summary>
    Bytes,

    /// <summary>No registry entry outlives its request.</summary>
    Registry,

    /// <summary>Guard flag and parked signal agree.</summary>
    Flag,

    /// <summary>At idle, no interruptible call is blocked while its thread has a deliverable or parked signal.</summary>
    Liveness,

    /// <summary>A cancel never ends another request.</summary>
    Target,

    /// <summary>Descriptors, events and registrations balance.</summary>
    Leak,

    /// <summary>A call leaves the signal mask as it found it, unless it is there to change it.</summary>
    Mask,

    /// <summary>A call restarts exactly where the profile says.</summary>
    Restart,

    /// <summary>No assertion of the modelled system can be made to fail by user code.</summary>
    Panic,

    /// <summary>The run ends within the step bound.</summary>
    Progress,

    /// <summary>A call returns one of the results that its scenario line allows.</summary>
    Allowed,
}

/// <summary>Names and sentences of the invariants.</summary>
public static class Invariants
{
    private static readonly (string Name, string Sentence)[] Table =
    [
        ("none", "Nothing is violated."),
        ("completion", "Every request completes exactly once."),
        ("eintr", "A call returned EINTR although no handler ran on its thread during the call."),
        ("raise", "A signal was accepted, the outermost guard has ended, and user code runs on without its handler."),
        ("bytes", "Bytes were lost or delivered twice."),
        ("registry", "A call has returned, or its thread has ended, and its entry is still in a cancellation registry."),
        ("flag", "The guard flag says that a signal is parked and none is, or the reverse."),
        ("liveness", "Nothing can happen any more, and a thread is blocked although a signal for it is deliverable or parked."),
        ("target", "A request ended as cancelled although nobody had asked to cancel it."),
        ("leak", "Something that was taken during the run was not given back."),
        ("mask", "A call that must restore the signal mask did not."),
        ("restart", "A call was not restarted, or was, against the rule of the profile."),
        ("panic", "An assertion of the modelled system failed."),
        ("progress", "The run did not end within the step bound."),
        ("allowed", "A call returned a result that its scenario line does not allow."),
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
