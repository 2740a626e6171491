// The story of one run: what every party did, step by step, in which order, and what passed between the parties. The trace,
// the chart, the confirm recipe and the console all tell it, each in its own way and length, so that they cannot contradict
// each other.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>A run as a sequence of events.</summary>
public sealed class Story
{
    /// <summary>Makes an empty story; a <see cref="StoryRecorder"/> fills it.</summary>
    /// <param name="scenario">The scenario that runs; copied.</param>
    /// <param name="protocol">Protocol of the run.</param>
    /// <param name="profile">Profile of the run.</param>
    public Story(Scenario scenario, IProtocol protocol, Profile profile)
    {
        Scenario.CopyFrom(scenario);
        Protocol = protocol;
        Profile = profile;
    }

    /// <summary>The scenario.</summary>
    public Scenario Scenario { get; } = new();

    /// <summary>The protocol.</summary>
    public IProtocol Protocol { get; }

    /// <summary>The profile.</summary>
    public Profile Profile { get; }

    /// <summary>The parties, by number.</summary>
    public List<StoryParty> Parties { get; } = [];

    /// <summary>The events, in order.</summary>
    public List<StoryEvent> Events { get; } = [];

    /// <summary>What passed between parties, in the order of the starts.</summary>
    public List<StoryArrow> Arrows { get; } = [];

    /// <summary>The preemptions, in order.</summary>
    public List<StoryPreemption> Preemptions { get; } = [];

    /// <summary>Steps whose order decides, closest to the violation's deviations; empty when none was found.</summary>
    public List<DecidingPair> Deciding { get; } = [];

    /// <summary>Threads that stand in a call at the end: strand and call.</summary>
    public List<(int Strand, int Call)> Unfinished { get; } = [];

    /// <summary>Signals that wait at the end, in words.</summary>
    public List<string> WaitingSignals { get; } = [];

    /// <summary>Requests that are still in a cancellation registry when that is the violation, in words.</summary>
    public List<string> LeftRegistrations { get; } = [];

    /// <summary>Whether the scenario's expectations are true of the baseline; asked when one of them is the violation.</summary>
    public BaselineVerdict Baseline { get; set; }

    /// <summary>Whether a signal that waits for the wronged thread at the end has a handler.</summary>
    public bool HasHandler { get; set; }

    /// <summary>How the run ended.</summary>
    public RunResult Result { get; set; }

    /// <summary>The violation, or none.</summary>
    public Violation Violation => Result.Violation;

    /// <summary>Line of the normal form that holds the violated call, or -1: calls are its last lines, in order.</summary>
    public int WrongedLine(int lineCount) =>
        Violation.Call < 0 ? -1 : lineCount - Scenario.CallCount + Violation.Call;

    /// <summary>Name of a strand.</summary>
    /// <param name="strand">Index of the strand; a negative one is nobody.</param>
    /// <returns>Its name as the scenario has it.</returns>
    public string NameOf(int strand) => strand < 0 ? "nobody" : Scenario.StrandAt(strand).Name.ToString();
}

/// <summary>A party of a story.</summary>
/// <param name="Name">Name as schedules print it.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Strand">Strand that it runs, or -1.</param>
public sealed record StoryParty(string Name, PartyKind Kind, int Strand);

/// <summary>A step of a party, or what it did without one right after it was resumed.</summary>
public sealed class StoryEvent
{
    /// <summary>Position in the story.</summary>
    public required int Index { get; init; }

    /// <summary>Number of the step.</summary>
    public required uint Step { get; init; }

    /// <summary>Number of the party.</summary>
    public required int Party { get; init; }

    /// <summary>Which of the party's points began the step.</summary>
    public required uint Point { get; init; }

    /// <summary>Role of the step; none for an event without a step.</summary>
    public required PointKind Kind { get; init; }

    /// <summary>Kind of the object that the step touches first.</summary>
    public required ObjectKind ObjectKind { get; init; }

    /// <summary>Whom the step is about: strand of the thread that it touches or serves, or -1.</summary>
    public int Subject { get; set; } = -1;

    /// <summary>Value of the word that the step reads or writes, before the step: guard flag or notify bits.</summary>
    public uint Word { get; set; }

    /// <summary>Supercall or interrupt that a server has just noticed in this step; none otherwise.</summary>
    public Observation Observed { get; set; }

    /// <summary>Requests that reached the kernel in this step.</summary>
    public List<MessageKind> Submitted { get; } = [];

    /// <summary>What a server submitted in this step; empty otherwise.</summary>
    public string ServerSubmission { get; set; } = "";

    /// <summary>What was noted.</summary>
    public List<StoryNote> Notes { get; } = [];

    /// <summary>What happened, in words, one clause per line; filled in when the run is over.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Whether a reader can do without it.</summary>
    public bool IsRoutine { get; set; }
}

/// <summary>A note of an event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="First">First detail.</param>
/// <param name="Second">Second detail.</param>
public readonly record struct StoryNote(NoteKind Kind, long First, long Second);

/// <summary>Something that passes from one party to another.</summary>
/// <param name="From">Event at which it leaves.</param>
/// <param name="To">Event at which it arrives.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Label">Its name.</param>
public sealed record StoryArrow(StoryEvent From, StoryEvent To, ArrowKind Kind, string Label);

/// <summary>Kind of an arrow.</summary>
public enum ArrowKind
{
    /// <summary>A request: offered by a client, accepted by a server.</summary>
    Request,

    /// <summary>A reply.</summary>
    Reply,

    /// <summary>A thread stops and a server notices.</summary>
    Stop,

    /// <summary>A server lets a thread run on.</summary>
    Resume,

    /// <summary>A thread is interrupted, alerted or ended.</summary>
    Interrupt,

    /// <summary>A signal, a deadline, an interrupt line, a wake-up.</summary>
    Wake,
}

/// <summary>A decision against the default.</summary>
/// <param name="Number">Position in the schedule, from 1.</param>
/// <param name="Step">Steps taken before it.</param>
/// <param name="Party">Party that reached the point.</param>
/// <param name="Point">Which of its points.</param>
/// <param name="Delayed">Party that would have run.</param>
/// <param name="Next">Party that ran instead.</param>
public sealed record StoryPreemption(int Number, uint Step, int Party, uint Point, int Delayed, int Next)
{
    /// <summary>Whether it only chooses who runs first: nobody has run yet, so nobody can be held back.</summary>
    public bool IsStart => Step == 0;

    /// <summary>First event after the decision.</summary>
    public StoryEvent? After { get; set; }

    /// <summary>Step that the delayed party took when it ran again, or null when it never did.</summary>
    public StoryEvent? Delays { get; set; }
}
