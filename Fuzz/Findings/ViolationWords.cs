// Says in words what one violation is: as a title, as a sentence that fits the run, and as what somebody at the real system sees.
// An invariant can be broken in several ways, and the general sentence names them all; whoever reads a finding wants the one that
// happened. Every invariant has words of its own here.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Words for violations.</summary>
public static class ViolationWords
{
    /// <summary>Who suffers it: the name of the thread whose call it is, or an empty text.</summary>
    /// <param name="story">The story.</param>
    public static string NameOf(Story story)
    {
        Violation violation = story.Violation;
        int strand = violation.Strand < 0 && violation.Call >= 0 ? StrandOf(story) : violation.Strand;
        return strand < 0 ? "" : story.NameOf(strand);
    }

    /// <summary>The violation as a title.</summary>
    /// <param name="story">The story.</param>
    /// <returns>For instance <c>A never returns from waitpid(B)</c>.</returns>
    public static string Title(Story story)
    {
        if (story.Violation.IsNone)
        {
            return "no violation";
        }

        string name = NameOf(story);
        string clause = Clause(story);
        return name.Length > 0 && IsOfCall(story, clause) ? $"{name} {clause}" : clause;
    }

    /// <summary>What is wrong, as a clause after the name of the thread where a call is concerned.</summary>
    /// <param name="story">The story; something is violated.</param>
    /// <returns>For instance <c>never returns from waitpid(B)</c>.</returns>
    public static string Clause(Story story)
    {
        Violation violation = story.Violation;
        string call = violation.Call < 0 ? "" : StoryWords.CallText(story.Scenario, violation.Call);
        bool isUnfinished = IsUnfinished(story);
        return violation.Invariant switch
        {
            Invariant.Liveness or Invariant.Completion or Invariant.Allowed when isUnfinished => $"never returns from {call}",
            Invariant.Completion => WithCall("gets an answer twice, or before its time, from", call, "a request completes twice"),
            Invariant.Allowed => WithCall("gets a result that is not allowed from", call, "a result is not allowed"),
            Invariant.Eintr => WithCall("gets an EINTR that nothing explains from", call, "EINTR without a cause"),
            Invariant.Cause => WithCall("gets a result that nothing explains from", call, "a result has no cause"),
            Invariant.Child => "the end of a child is lost",
            Invariant.Panic => WithCall("runs into a failed assertion in", call, "an assertion fails"),
            Invariant.Bytes => WithCall("loses bytes, or gets them twice, by", call, "bytes are lost, or delivered twice"),
            Invariant.Raise => WithCall("misses a signal, or gets a wrong one, around", call, "a signal is lost"),
            Invariant.Registry => WithCall("leaves an entry in a registry by", call, "an entry stays in a cancellation registry"),
            Invariant.Flag => WithCall("has a guard flag that lies, in", call, "a guard flag lies"),
            Invariant.Mask => WithCall("has a wrong signal mask around", call, "a signal mask is wrong"),
            Invariant.Restart => WithCall("sees a restart against the rule, of", call, "a restart is against the rule"),
            Invariant.Target => WithCall("loses a request that nobody cancelled, in", call, "a request is cancelled for another"),
            Invariant.Liveness => WithCall("hangs in", call, "a thread hangs"),
            Invariant.Leak => "something is taken and not given back",
            Invariant.Progress => "the run does not end",
            Invariant.Queue => "a word of a queue is taken back",
            Invariant.Order => "a cancel misses a request that was sent before it",
            Invariant.Level => "a thread blocks and has not noticed that it is to end",
            Invariant.Epoch => "a request is served under the epoch of another guard",
            Invariant.Victim => "a cancel hits another request than it names",
            Invariant.Ending => "what was told to end goes on, or ends without a reason",
            _ => throw new ArgumentOutOfRangeException(nameof(story), violation.Invariant, "an invariant without words"),
        };
    }

    /// <summary>What is violated, in the way in which it happened here.</summary>
    /// <param name="story">The story.</param>
    /// <returns>One sentence.</returns>
    public static string Sentence(Story story)
    {
        Violation violation = story.Violation;
        return violation.Invariant switch
        {
            Invariant.Liveness when IsUnsignalled(story) =>
                "Nothing can happen any more, and a thread stays where it is although its process ends or it was to go on.",
            Invariant.Completion when IsUnfinished(story) =>
                "What a request waits for is there, and yet its call never returns.",
            Invariant.Completion => "A request completed twice, or before its time.",
            Invariant.Mask when violation.ExpectedMask != violation.ActualMask =>
                $"The signal mask of {NameOf(story)} is {SetText(violation.ActualMask)} and should be "
                + $"{SetText(violation.ExpectedMask)}.",
            Invariant.Mask => "A handler ran for a blocked signal, or a sigsuspend returned without one that ran under its mask.",
            _ => Invariants.SentenceOf(violation.Invariant),
        };
    }

    /// <summary>What somebody sees on the real system.</summary>
    /// <param name="story">The story; something is violated.</param>
    /// <returns>A sentence or two.</returns>
    public static string Expectation(Story story)
    {
        Violation violation = story.Violation;
        string call = violation.Call < 0 ? "" : $"`{StoryWords.CallText(story.Scenario, violation.Call)}`";
        string name = NameOf(story);
        return violation.Invariant switch
        {
            Invariant.Liveness when violation.Call >= 0 && IsUnsignalled(story) =>
                $"{name} hangs in {call}: the call does not return, and the process of {name} does not end.",
            Invariant.Liveness when violation.Call >= 0 =>
                $"{name} hangs in {call}: the call does not return and the signal does not take effect." + WithoutDelay(story),
            Invariant.Liveness => $"{name} hangs although a signal for it is due.",
            Invariant.Completion when IsUnfinished(story) => $"{name} hangs in {call}, although what it waits for is there.",
            Invariant.Completion => $"{call} of {name} is answered twice, or before its time.",
            Invariant.Allowed => $"{call} of {name} ends otherwise than the scenario allows.",
            Invariant.Eintr => $"{call} of {name} returns EINTR, and no handler has run or nobody has cancelled it.",
            Invariant.Cause => $"{call} of {name} returns what nothing explains; compare it with what the others did before.",
            Invariant.Child => "A child has ended; its parent was not told, and a waitpid for it does not find it.",
            Invariant.Panic => $"{PanicWords(violation.Panic)} {PanicPlace(name, call)}",
            Invariant.Bytes when call.Length > 0 =>
                $"Bytes that {call} of {name} should have returned, or left where they were, are nowhere: count what is read.",
            Invariant.Registry when violation.Call < 0 =>
                "A thread ends inside its call and the handler of its request lives on. Count the entries of the server's "
                + "cancellation registry when the thread has ended: one is left, and nobody can cancel it any more.",
            _ when name.Length > 0 && IsOfCall(story, Clause(story)) =>
                $"{name} {Clause(story)}; the end of trace.txt shows where.",
            _ => $"In short: {Clause(story)}. The end of trace.txt shows where.",
        };
    }

    /// <summary>Which assertion fails, as a sentence for somebody who has the sources.</summary>
    /// <param name="panic">The assertion.</param>
    /// <returns>The sentence.</returns>
    public static string PanicWords(PanicCode panic) => panic switch
    {
        PanicCode.EventRaisedTwice => "An assertion fails in the kernel: a oneshot event is raised twice.",
        PanicCode.UnexpectedCompletion => "An assertion fails in mlibc: a completion comes that nobody waits for.",
        PanicCode.BadGuardFlag => "An assertion fails in mlibc: the guard flag has an impossible value at the guard's exit.",
        PanicCode.UncheckedLaneError =>
            "An assertion fails in the program that asked: its HEL_CHECK meets an error, because the lane closed or broke.",
        PanicCode.QueueCorrupted => "An assertion fails in the kernel: a queue is corrupted.",
        PanicCode.HandleReused => "A handle is given out twice, so that a stale one names another object.",
        PanicCode.BadThreadState =>
            "An assertion fails in the POSIX server: it resumes or interrupts a thread that is in no state for that.",
        PanicCode.EventSequence => "An assertion fails in the kernel: an event is awaited at a sequence that it has not reached.",
        PanicCode.UncheckedServerError => "An assertion fails in a server: its HEL_CHECK meets an error of a kernel call.",
        PanicCode.InterruptSinkGone => "An interrupt pin reports to an object that is gone: the kernel uses freed memory.",
        PanicCode.StaleHandle => "An object is used after it was freed.",
        _ => throw new ArgumentOutOfRangeException(nameof(panic), panic, "an assertion without words"),
    };

    private static string PanicPlace(string name, string call) => call.Length == 0
        ? "The end of trace.txt shows where."
        : $"{name} is in {call} then.";

    /// <summary>Whether a thread hangs for whom no signal waits: it hangs for another reason.</summary>
    /// <param name="story">The story.</param>
    internal static bool IsUnsignalled(Story story) =>
        story.Violation.Invariant == Invariant.Liveness && story.WaitingSignals.Count == 0;

    /// <summary>Whether a clause says what somebody's call does; the others are whole sentences.</summary>
    private static bool IsOfCall(Story story, string clause) => story.Violation.Call >= 0
        && clause.EndsWith(StoryWords.CallText(story.Scenario, story.Violation.Call), StringComparison.Ordinal);

    private static bool IsUnfinished(Story story) =>
        story.Violation.Call >= 0 && story.Unfinished.Exists(each => each.Call == story.Violation.Call);

    private static int StrandOf(Story story) => story.Scenario.CallAt(story.Violation.Call).Strand;

    private static string SetText(ushort mask) => "{" + string.Join(", ", Enumerable.Range(0, SignalTable.Count)
        .Where(signal => (mask >> signal & 1) != 0)
        .Select(SignalTable.NameAt)) + "}";

    private static string WithCall(string clause, string call, string alone) => call.Length == 0 ? alone : $"{clause} {call}";

    private static string WithoutDelay(Story story)
    {
        if (story.Preemptions.Count == 0)
        {
            return "";
        }

        return story.HasHandler
            ? " Without the delay the call is interrupted and the handler runs at once."
            : " Without the delay the signal takes effect at once.";
    }
}
