// Says in words what an event of a story is, the way a kernel developer would write it by hand: who did what to whose
// queue, page or thread, signals and errors by name. Also decides what is routine: loads of words that hold nothing new, a
// server's own housekeeping. Routine is left out of the chart and kept in the trace.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Hardware.Thor;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Words for events.</summary>
public static class StoryWords
{
    /// <summary>Tells the reader that an expectation which is violated is not true of the baseline, either.</summary>
    /// <param name="story">The story.</param>
    /// <returns>One sentence, or nothing when it holds there or is not what is violated.</returns>
    internal static string BaselineText(Story story) => story.Baseline switch
    {
        BaselineVerdict.FailsByDefault =>
            "The expectations fail on the baseline, too (monolithic, no defects, default order): they may be what is wrong.",
        BaselineVerdict.FailsInSomeOrder =>
            "The expectations fail on the baseline, too (monolithic, no defects, in some order): they may be what is wrong.",
        _ => "",
    };

    /// <summary>Writes the lines of all events of a story.</summary>
    /// <param name="story">The story.</param>
    public static void Apply(Story story)
    {
        foreach (StoryEvent each in story.Events)
        {
            string? step = StepText(story, each);
            if (step is not null)
            {
                each.Lines.Add(step);
            }

            foreach (StoryNote note in each.Notes)
            {
                string? text = NoteText(story, note);
                if (text is not null)
                {
                    each.Lines.Add(text);
                }
            }

            if (each.Lines.Count == 0)
            {
                each.Lines.Add("goes on");
            }

            each.IsRoutine = IsRoutine(story, each);
        }

        MarkLateRequests(story);
        MarkAbandonedReply(story);
    }

    /// <summary>Says which reply carried the bytes of a read that has returned without them: where lost bytes went.</summary>
    private static void MarkAbandonedReply(Story story)
    {
        Violation violation = story.Violation;
        if (violation.Invariant != Invariant.Bytes || violation.Call < 0)
        {
            return;
        }

        int strand = story.Scenario.CallAt(violation.Call).Strand;
        bool HasNote(StoryEvent each, NoteKind kind, long first) =>
            each.Notes.Exists(note => note.Kind == kind && note.First == first);
        int begin = story.Events.FindLastIndex(each => HasNote(each, NoteKind.CallBegin, violation.Call));
        StoryEvent? reply = story.Events.Skip(begin + 1).FirstOrDefault(
            each => each.Subject == strand && HasNote(each, NoteKind.Replied, 0));
        bool hasResult = story.Events.Exists(each => each.Notes.Exists(note =>
            note.Kind == NoteKind.CallEnd && note.First == violation.Call && note.Second > 0));
        int line = reply?.Lines.FindIndex(text => text.StartsWith("replies", StringComparison.Ordinal)) ?? -1;
        if (line >= 0 && !hasResult)
        {
            reply!.Lines[line] += ": NOBODY TAKES the bytes";
        }
    }

    /// <summary>Says where a request is registered after its own cancel has found nothing: the heart of a lost cancel.</summary>
    private static void MarkLateRequests(Story story)
    {
        var missed = new HashSet<(long Id, long Thread)>();
        foreach (StoryEvent each in story.Events)
        {
            foreach (StoryNote note in each.Notes)
            {
                if (note.Kind == NoteKind.CancelMissed)
                {
                    missed.Add((note.First, note.Second));
                }
                else if (note.Kind == NoteKind.Registered && missed.Contains((note.First, note.Second)))
                {
                    int line = each.Lines.FindIndex(text => text.StartsWith("registers ", StringComparison.Ordinal));
                    each.Lines[line] += ": TOO LATE, its cancel was before";
                }
            }
        }
    }

    /// <summary>Text of a call without actor, condition and allowed results.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="call">Index of the call.</param>
    /// <returns>For instance <c>waitpid(C)</c>.</returns>
    public static string CallText(Scenario scenario, int call)
    {
        string line = ScenarioFormatter.FormatCall(scenario, call);
        int start = line.IndexOf(": ", StringComparison.Ordinal) + 2;
        return line[start..(line.LastIndexOf(')') + 1)];
    }

    /// <summary>What a party was about to do when it was held back.</summary>
    /// <param name="step">The step that is delayed.</param>
    /// <returns>A clause that goes on after "before it".</returns>
    public static string ShortText(StoryEvent step)
    {
        const string submits = "submits: ";
        string line = step.Lines.Count == 0 ? "goes on" : step.Lines[0];
        if (line.StartsWith(submits, StringComparison.Ordinal))
        {
            string submitted = line[submits.Length..];
            return submitted.Length == 0 ? "submits to its queue" : "submits an operation to " + submitted;
        }

        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? line : line[..colon];
    }

    /// <summary>Who is held back by a preemption and before what, or who runs first.</summary>
    /// <param name="story">The story.</param>
    /// <param name="preemption">The preemption.</param>
    /// <returns>A sentence without its end.</returns>
    public static string HoldText(Story story, StoryPreemption preemption)
    {
        string delayed = story.Parties[preemption.Delayed].Name;
        if (preemption.IsStart)
        {
            return $"the run starts with {story.Parties[preemption.Next].Name} instead of {delayed}";
        }

        return $"{delayed} is held back" + (preemption.Delays is null ? "" : " before it " + ShortText(preemption.Delays));
    }

    /// <summary>Name of a thread's stop for labels.</summary>
    /// <param name="observation">Why it stopped.</param>
    /// <returns>A few words.</returns>
    public static string ObservationName(Observation observation) => observation switch
    {
        Observation.Interrupt => "interrupted",
        Observation.Terminated => "ended",
        _ => "supercall " + SuperCallName((SuperCall)(observation - Observation.SuperCall)),
    };

    /// <summary>Name of a request for labels.</summary>
    /// <param name="kind">Kind of the message.</param>
    /// <returns>A word or two.</returns>
    public static string RequestName(MessageKind kind) => kind switch
    {
        MessageKind.CancelOperation => "cancel",
        MessageKind.PipeCreate => "pipe",
        MessageKind.Wait => "waitpid",
        _ => Lower(kind),
    };

    /// <summary>A result as user code sees it.</summary>
    /// <param name="scenario">The scenario, for names of children.</param>
    /// <param name="result">Success value or minus an errno.</param>
    /// <returns>A number, the name of a child, or the name of an error.</returns>
    public static string ResultText(Scenario scenario, long result)
    {
        if (result < 0)
        {
            return ErrnoTable.Name((Errno)(-result));
        }

        int strand = result >= ProcessNumber.First ? ProcessNumber.StrandOf(result) : -1;
        return strand >= 0 && strand < scenario.StrandCount ? scenario.StrandAt(strand).Name.ToString() : $"{result}";
    }

    private static string SuperCallName(SuperCall call) => call switch
    {
        SuperCall.SigMask => "sigmask",
        SuperCall.SigRaise => "sigraise",
        SuperCall.SigRestore => "sigrestore",
        SuperCall.SigKill => "kill",
        SuperCall.SigSuspend => "sigsuspend",
        SuperCall.ThreadExit => "exit-thread",
        _ => Lower(call),
    };

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string? StepText(Story story, StoryEvent each) => each.Kind switch
    {
        PointKind.None or PointKind.Call => null,
        PointKind.Start => each.Notes.Exists(note => note.Kind == NoteKind.HandlerBegin) ? null : "starts",
        PointKind.GuardEnter => "enters the signal guard: flag = 1",
        PointKind.GuardExit => GuardExitText(each.Word),
        PointKind.CancelCheck => each.Word == 0
            ? "checks whether it is asked for a cancel: no"
            : "checks whether it is asked for a cancel: yes; stops waiting",
        PointKind.FlagCheck => each.Word == 2
            ? "checks its guard flag: it is 2, a signal is parked; stops waiting"
            : $"checks its guard flag: it is {each.Word}, no signal is parked",
        PointKind.FileTableLoad => "looks the file's lane up in the file table",
        PointKind.NotifyLoad => $"reads its queue's notify word: {NotifyText(each.Word)}",
        PointKind.NotifyClear => $"clears its queue's notify word, which held {NotifyText(each.Word)}",
        PointKind.ProgressLoad => "looks for a completion in its queue",
        PointKind.Drive or PointKind.Submit => DriveText(story, each),
        PointKind.SuperCall => "stops in " + StoppedText(each) + (IsCancel(each) ? ": asks to cancel its request" : ""),
        PointKind.RunOn => "runs on in user mode",
        PointKind.TakeInterrupt => "notices that it is interrupted and parks",
        PointKind.KernelEnter => "enters the kernel",
        PointKind.KernelLock => "takes the file's lock",
        PointKind.KernelExit => "looks for signals before it returns to user code",
        PointKind.TimerExpiry => "time passes to the next event",
        PointKind.InterruptEntry => each.Notes.Exists(note => note.Kind == NoteKind.InterruptTaken)
            ? null : "finds the interrupt gone",
        PointKind.TimerRun => "acts on the deadline",
        PointKind.TimeAdvance => "time advances",
        PointKind.LineRaise => null,
        PointKind.EventCreate => "creates an event for its request",
        PointKind.EventPublish => "publishes the event in its page",
        PointKind.EventWithdraw => "withdraws the event from its page",
        PointKind.EventClose => "closes the event",
        PointKind.RequestPublish => "publishes its request in its page: lane, file, id",
        PointKind.RequestWithdraw => "withdraws its request from its page: id = 0",
        PointKind.CancelReset => "resets the word in its page that asks for a cancel",
        PointKind.QueueCreate => "creates its queue",
        PointKind.QueuePublish => "publishes its queue in its page",
        PointKind.ServerCrash => null,
        _ => ServerText(story, each),
    };

    private static string? ServerText(Story story, StoryEvent each)
    {
        string subject = story.NameOf(each.Subject);
        return each.Kind switch
        {
            PointKind.Dispatch when each.Observed != Observation.None =>
                $"sees {subject} stopped: {ObservationName(each.Observed)}",
            PointKind.Dispatch when each.Notes.Exists(note => note.Kind == NoteKind.RequestAccepted) => null,
            PointKind.Dispatch when each.ObjectKind == ObjectKind.Party => "continues a coroutine that was woken",
            PointKind.Dispatch => "handles a completion",
            PointKind.Wait => "has nothing left to do, waits",
            PointKind.InterruptThread => $"interrupts {subject}",
            PointKind.ResumeThread => $"resumes {subject}",
            PointKind.KillThread => $"ends thread {subject}",
            PointKind.TransferDescriptor => $"takes the handle of {subject}'s queue out of {subject}'s page",
            PointKind.AlertQueue => $"alerts {subject}'s queue",
            PointKind.CloseDescriptor when story.Protocol.Origin is Oneshot => "closes the event that came with the request",
            PointKind.CloseDescriptor => "closes its handle of the queue",
            PointKind.EventLoad => $"looks for an event in {subject}'s page",
            PointKind.EventTransfer => "takes a handle of the event out of the thread's universe",
            PointKind.EventRaise => null,
            PointKind.RequestLoad => $"looks for a request in {subject}'s page",
            PointKind.LaneTransfer => "takes a handle of the request's lane out of the thread's universe",
            PointKind.CancelRequest => $"asks {subject} for a cancel: sets the word in its page",
            PointKind.FileLookup => $"looks up the file that {subject} named",
            PointKind.EventClear => $"withdraws the event from {subject}'s page, keeps its own handle",
            PointKind.FlagUpdate => each.Word == 0
                ? $"looks at {subject}'s guard flag: it is 0, no guard"
                : $"finds {subject} in a guard: {subject}'s flag {each.Word} -> 2",
            PointKind.DeviceAccess => "takes the input out of the port's registers",
            PointKind.AnswerInterrupt => null,
            PointKind.FileTableStore => $"writes {subject}'s file table",
            _ => Lower(each.Kind),
        };
    }

    private static string InterruptName(long vector) => vector switch
    {
        Vectors.Timer => "the timer",
        Vectors.Spurious => "spurious",
        Vectors.Ping => "a ping",
        Vectors.Shootdown => "a shoot-down",
        _ => $"pin {vector - Vectors.FirstDevice}",
    };

    private static string GuardExitText(uint flag) => flag switch
    {
        1 => "leaves the signal guard: flag 1 -> 0",
        2 => "leaves the signal guard: flag 2 -> 0, so a signal is parked",
        _ => $"leaves the signal guard: flag {flag} -> 0",
    };

    private static string NotifyText(uint word)
    {
        var bits = (UserNotify)word;
        return word == 0 ? "nothing" : bits.ToString().Replace("CompletionProgress", "completion", StringComparison.Ordinal)
            .Replace("SupplySubmission", "supply", StringComparison.Ordinal).Replace("Alert", "alert", StringComparison.Ordinal);
    }

    private static string DriveText(Story story, StoryEvent each)
    {
        bool isServer = story.Parties[each.Party].Strand < 0;
        if (isServer)
        {
            return each.Kind == PointKind.Drive ? "drives its queue" : $"submits: {each.ServerSubmission}";
        }

        string sent = each.Submitted.Count == 0
            ? "nothing new"
            : "request " + string.Join(", ", each.Submitted.ConvertAll(RequestName));
        return $"drives its queue: {sent}";
    }

    private static string StoppedText(StoryEvent each)
    {
        StoryNote stop = each.Notes.Find(note => note.Kind == NoteKind.Stopped);
        return stop.Kind == NoteKind.None ? "a supercall" : ObservationName((Observation)stop.Second);
    }

    private static bool IsCancel(StoryEvent each) => each.Notes.Exists(note => note.Kind == NoteKind.Stopped
        && note.Second == (long)(Observation.SuperCall + (byte)SuperCall.Cancel));

    private static string? NoteText(Story story, StoryNote note)
    {
        string target = note.Second >= 0 && note.Second < story.Scenario.StrandCount ? story.NameOf((int)note.Second) : "";
        return note.Kind switch
        {
            NoteKind.CallBegin => $"calls {CallText(story.Scenario, (int)note.First)}",
            NoteKind.CallEnd =>
                $"{CallText(story.Scenario, (int)note.First)} returns {ResultText(story.Scenario, note.Second)}",
            NoteKind.SignalIssued => $"queues {Signal(note)} for {target}",
            NoteKind.SignalAccepted => $"accepts {Signal(note)} for {target}",
            NoteKind.SignalIgnored => $"drops {Signal(note)} for {target}: ignored",
            NoteKind.SignalParked => $"parks {Signal(note)} until {target}'s guard ends",
            NoteKind.SignalRaised => $"builds the frame of {target}'s handler for {Signal(note)}",
            NoteKind.HandlerBegin => $"runs its handler for {Signal(note)}",
            NoteKind.HandlerEnd => $"{target}'s handler for {Signal(note)} has returned",
            NoteKind.Blocked => "blocks in the kernel",
            NoteKind.RequestAccepted => $"accepts the request {RequestName((MessageKind)note.First)}{Of(story, note)}",
            NoteKind.Registered => $"registers request {note.First} as cancellable",
            NoteKind.CancelHit => $"cancel of request {note.First}: found",
            NoteKind.CancelMissed => $"cancel of request {note.First}: NOT REGISTERED, does nothing",
            NoteKind.Replied => note.First == 0 ? "replies" : $"replies {ErrnoTable.Name((Errno)note.First)}",
            NoteKind.ProcessExit => $"process {story.NameOf((int)note.First)} has ended",
            NoteKind.TimerExpired => $"the deadline at tick {note.First} expires",
            NoteKind.LineRaised =>
                $"{story.Scenario.ResourceAt((int)note.First).Name} raises its line: {Plural.Of(note.Second, "byte")} of input",
            NoteKind.RequestAbsent => "finds no request: nothing to cancel",
            NoteKind.CancelSent => $"sends a cancel of request {note.First} in the thread's name",
            NoteKind.RegistrationRefused => $"refuses request {note.First}, whose id is in use, and FORGETS the one that has it",
            NoteKind.EventAbsent => "finds no event: nothing to cancel",
            NoteKind.EventRaised => $"raises the event of {story.NameOf((int)note.First)}'s request",
            NoteKind.EventSeen => "sees the request's event raised",
            NoteKind.ServerDied => $"server {PartyName.OfServer((int)note.First)} dies",
            NoteKind.ImageReplaced => "the new image is in place",
            NoteKind.CancelKept => $"keeps the cancel of request {note.First}, which is not registered yet",
            NoteKind.EarlyCancelDropped => $"drops the cancel of request {note.First}, which is over",
            NoteKind.EpochCancelled => $"cancels the epoch of {story.NameOf((int)note.First)}'s guard",
            NoteKind.GraceBegins => $"gives {story.NameOf((int)note.First)} until tick {note.Second} to leave its guard",
            NoteKind.GraceOver => $"ends {target} inside its guard: {Signal(note)} has waited long enough",
            NoteKind.SignalPutBack => $"makes {Signal(note)} pending for {target} again",
            NoteKind.InterruptTaken => $"takes interrupt {note.First}: {InterruptName(note.First)}",
            NoteKind.TimerElapsed => $"finds the deadline at tick {note.First} passed",
            NoteKind.PinRaised => note.Second == 1 ? "reports to the driver" : $"reports to {note.Second} drivers",
            NoteKind.PinAnswered => (IrqAnswer)note.Second == IrqAnswer.Acknowledge
                ? "answers the interrupt: the pin is unmasked" : $"answers the interrupt: {Lower((IrqAnswer)note.Second)}",
            NoteKind.Panic => $"ASSERTION FAILS: {(PanicCode)note.First}",
            _ => null,
        };
    }

    private static string Of(Story story, StoryNote note)
    {
        var kind = (MessageKind)note.First;
        bool isFileLane = kind is MessageKind.Read or MessageKind.Write or MessageKind.CancelOperation;
        return isFileLane ? "" : $" of {story.NameOf((int)note.Second)}";
    }

    private static string Signal(StoryNote note) => SignalTable.NameAt((int)note.First);

    private static bool IsRoutine(Story story, StoryEvent each)
    {
        if (each.Notes.Exists(note => note.Kind is not (NoteKind.Stopped or NoteKind.Resumed or NoteKind.ThreadExit
            or NoteKind.Interrupted)))
        {
            return false;
        }

        bool isServer = story.Parties[each.Party].Strand < 0;
        return each.Kind switch
        {
            PointKind.RunOn or PointKind.Start or PointKind.FileTableLoad => true,
            PointKind.NotifyLoad or PointKind.ProgressLoad => true,
            PointKind.NotifyClear => (each.Word & (uint)UserNotify.Alert) == 0,
            PointKind.Drive => isServer || each.Submitted.Count == 0,
            PointKind.Submit => isServer || each.Submitted.Count == 0,
            PointKind.Dispatch => each.Observed == Observation.None,
            PointKind.Wait or PointKind.CloseDescriptor or PointKind.TransferDescriptor => true,
            PointKind.EventCreate or PointKind.EventClose or PointKind.EventTransfer or PointKind.EventLoad => true,
            _ => false,
        };
    }
}
