// The ledger is the oracle's memory: always on, in the arena, fed only at boundaries (calls that user code makes and the
// results it sees, signals accepted, handlers run, bytes in and out, cancels asked for), never by a server's opinion of
// itself. What it knows of signals, files, children, calls and requests is in its books (SignalBook and others). It notices at
// once what can be noticed at once and ends the run there, above all at the return of a call (ReturnJudge); what needs the end
// of the run is judged by RunJudge.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Bookkeeping of one run for the oracle.</summary>
public sealed unsafe class Ledger
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly LedgerState* state;
    private readonly CauseJudge causes;
    private readonly ReturnJudge returns;

    internal Ledger(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        state = world.Arena.ReserveHot<LedgerState>(1);
        Requests = new RequestBook(world);
        Calls = new CallBook(system);
        Signals = new SignalBook(system);
        Files = new FileBook(world.Arena);
        Children = new ChildBook(system);
        causes = new CauseJudge(system, this);
        returns = new ReturnJudge(system, this);
    }

    /// <summary>What is known of signals, masks and actions.</summary>
    public SignalBook Signals { get; }

    /// <summary>What is known of files and bytes.</summary>
    public FileBook Files { get; }

    /// <summary>What is known of children.</summary>
    internal ChildBook Children { get; }

    /// <summary>What is known of calls that have not returned.</summary>
    internal CallBook Calls { get; }

    /// <summary>What is known of requests.</summary>
    internal RequestBook Requests { get; }

    /// <summary>Whether some write went to a file that was not known, so that nobody knows which bytes there can be.</summary>
    internal bool AreOffersUnknown
    {
        get => state->AreOffersUnknown;
        set => state->AreOffersUnknown = value;
    }

    /// <summary>Whether the ledger judges. Off only to measure what judging costs.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Whether nobody can run: what is noticed then went wrong before.</summary>
    internal bool IsJudgingIdle { get; set; }

    /// <summary>The first violation.</summary>
    public Violation Violation => state->Violation;

    /// <summary>What is known of a strand.</summary>
    /// <param name="strand">The strand.</param>
    /// <returns>Its entry.</returns>
    public ref StrandEntry this[int strand] => ref state->Strands[strand];

    /// <summary>The scenario begins: what its prelude has opened is known.</summary>
    internal void Begin()
    {
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            for (int resource = 0; resource < system.Scenario.ResourceCount; resource++)
            {
                if (system.Scenario.StrandAt(strand).Kind == StrandKind.Process && system.Scenario.ResourceAt(resource).IsPrelude)
                {
                    FileOpened(strand, resource);
                }
            }
        }
    }

    /// <summary>A name of a process stands for an open file from now on.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <param name="resource">The name.</param>
    internal void FileOpened(int process, int resource)
    {
        int number = system.BindingOf(process, resource);
        if (number >= 0 && !Files[process].IsUnknown)
        {
            Files.Opened(process, number, system.Scenario.ResourceAt(resource).Kind, system.StreamOf(process, number));
        }
    }

    /// <summary>A process was duplicated.</summary>
    /// <param name="parent">Strand of the thread that forked.</param>
    /// <param name="child">Strand of the child.</param>
    internal void Forked(int parent, int child)
    {
        Signals.Forked(parent, child);
        Files.Forked(system.Scenario.StrandAt(parent).Process, child);
        Children.Born(child);
    }

    /// <summary>A server that drives devices has died, and with it what it served.</summary>
    /// <param name="server">Its number.</param>
    /// <param name="party">Its party, or -1.</param>
    internal void ServerDied(int server, int party)
    {
        Files.ServerDied(server);
        Requests.ServerDied(party);
    }

    /// <summary>User code makes a call.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="call">Index of the call.</param>
    /// <param name="frame">What must be known when it returns.</param>
    public void CallBegan(int strand, int call, out CallFrame frame)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        world.Counters.Calls++;
        world.Note(NoteKind.CallBegin, call, strand);
        bool isMaskRight = Signals.CallBegan(strand, system.Scenario.CallAt(call), system.MaskOf(strand));
        ref readonly Call made = ref system.Scenario.CallAt(call);
        bool isTimed = made.Kind is CallKind.Nanosleep or CallKind.Poll;
        frame = new CallFrame
        {
            HandlersRun = entry.HandlersRun,
            RestartingHandlers = entry.RestartingHandlers,
            OuterCall = entry.Call,
            OuterLevel = entry.CallLevel,
            WasOuterCancelled = entry.WasCancelled,
            HadOuterOutcome = entry.HasOutcome,
            OuterHandlers = entry.Handlers,
            BrokenPipes = entry.BrokenPipes,
            BeganTicks = isTimed ? world.Timers.ReadClock() : 0,
            Cause = causes.Began(strand, made),
        };
        entry.Call = call + 1;
        entry.CallLevel = world.Threads[world.Threads.OfStrand(strand)].ActivationDepth;
        entry.HasDeadline = false;
        entry.FatalSinceTicks = StrandEntry.NotFatal;
        entry.WasCancelled = false;
        entry.HasOutcome = false;
        entry.Handlers = CallHandlers.None;
        Calls.Began(strand, entry.Depth, call, frame.Cause.Number);
        entry.Depth++;
        if (!isMaskRight)
        {
            ViolateMask(strand, call, system.MaskOf(strand));
        }
    }

    /// <summary>A thread begins to execute its own code: a mask that is wrong from the start is noticed here, whatever the thread
    /// calls first.</summary>
    /// <param name="strand">Strand of the thread.</param>
    internal void ThreadStarted(int strand) => JudgeMask(strand, system.MaskOf(strand));

    /// <summary>A handler has returned, and its frame has given the thread a mask.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="mask">That mask.</param>
    internal void HandlerEnded(int strand, ushort mask)
    {
        Signals.HandlerEnded(strand);
        JudgeMask(strand, mask);
    }

    /// <summary>A thread goes on in user mode after a handler. With the last of those that interrupted its call it is between two
    /// tries of that: whatever handler comes now has not interrupted it, as on Linux, where the call has been wound back to its
    /// first instruction.</summary>
    /// <param name="strand">Strand of the thread.</param>
    internal void HandlerReturnedToUser(int strand)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        if (entry.HasOutcome && world.Threads[world.Threads.OfStrand(strand)].ActivationDepth == entry.CallLevel)
        {
            entry.Handlers |= CallHandlers.Over;
        }
    }

    private void JudgeMask(int strand, ushort mask)
    {
        if (!Signals.MayHaveMask(strand, mask))
        {
            ViolateMask(strand, -1, mask);
        }
    }

    /// <summary>Notes a wrong mask as the first violation, and ends the run.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="call">Call concerned, or -1.</param>
    /// <param name="mask">The mask that it has.</param>
    internal void ViolateMask(int strand, int call, ushort mask)
    {
        if (IsEnabled && state->Violation.IsNone)
        {
            Violate(Invariant.Mask, strand, call);
            state->Violation = state->Violation with { ExpectedMask = Signals.ExpectedMask(strand), ActualMask = mask };
        }
    }

    /// <summary>A call returns to user code.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="call">Index of the call.</param>
    /// <param name="made">The call.</param>
    /// <param name="result">Its result.</param>
    /// <param name="frame">What was noted when it began.</param>
    public void CallReturned(int strand, int call, in Call made, in CallResult result, in CallFrame frame)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        entry.Depth--;
        Calls.Returned(strand, entry.Depth);
        world.Counters.CallsReturned++;
        world.Note(NoteKind.CallEnd, call, result.Value);
        world.CoverResult(made.Kind, result.Value);
        int handlers = (ushort)(entry.HandlersRun - frame.HandlersRun);
        bool hasCause = causes.Returned(strand, made, result, handlers, frame.Cause);
        entry.Call = frame.OuterCall;
        entry.CallLevel = frame.OuterLevel;
        entry.HasDeadline = false;
        entry.WasCancelled = frame.WasOuterCancelled;
        entry.HasOutcome = frame.HadOuterOutcome;
        entry.Handlers = frame.OuterHandlers;
        if (IsEnabled)
        {
            returns.Judge(strand, call, made, result, frame, hasCause);
        }
    }

    /// <summary>A signal was accepted for a thread.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="signal">Table index.</param>
    /// <param name="handling">What it leads to.</param>
    public void SignalAccepted(int strand, int signal, in SignalHandling handling)
    {
        if (!Signals.Accepted(strand, signal, handling) && IsEnabled)
        {
            Violate(Invariant.Raise, strand, state->Strands[strand].Call - 1);
        }

        if (handling.IsIgnored)
        {
            return;
        }

        ref StrandEntry entry = ref state->Strands[strand];
        entry.AcceptedNotRaised++;
        world.Counters.SignalsAccepted++;
        if (entry.Depth > 0)
        {
            world.Counters.SignalsAcceptedInCall++;
        }
    }

    /// <summary>A pending signal was dropped because it is ignored; nobody had accepted it.</summary>
    /// <param name="strand">Strand of the thread that would have taken it.</param>
    /// <param name="signal">Table index.</param>
    public void SignalIgnored(int strand, int signal)
    {
        if (!Signals.Dropped(strand, signal) && IsEnabled)
        {
            Violate(Invariant.Raise, strand, state->Strands[strand].Call - 1);
        }
    }

    /// <summary>An accepted signal was seen to have no effect.</summary>
    /// <param name="strand">Strand of the thread.</param>
    public void SignalDropped(int strand) => state->Strands[strand].AcceptedNotRaised--;

    /// <summary>An accepted signal is pending again.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="signal">Table index.</param>
    public void SignalPutBack(int strand, int signal)
    {
        state->Strands[strand].AcceptedNotRaised--;
        Signals.PutBack(strand, signal);
    }

    /// <summary>A handler was pushed onto a thread.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="signal">Table index of its signal.</param>
    /// <param name="flags">Flags of its action.</param>
    /// <param name="mask">Mask of the thread from now on.</param>
    public void SignalRaised(int strand, int signal, SignalActionFlags flags, ushort mask)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        entry.AcceptedNotRaised--;
        if (!Signals.Raised(strand, signal, flags, mask))
        {
            ViolateMask(strand, entry.Call - 1, mask);
        }
    }

    /// <summary>A handler begins to run.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="signal">Table index of its signal.</param>
    /// <param name="restarts">Whether it was installed with SA_RESTART.</param>
    public void HandlerBegan(int strand, int signal, bool restarts)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        entry.HandlersRun++;
        entry.RestartingHandlers += (ushort)(restarts ? 1 : 0);
        bool mayInterrupt = entry.HasOutcome && (entry.Handlers & CallHandlers.Over) == 0;
        if (mayInterrupt && world.Threads[world.Threads.OfStrand(strand)].ActivationDepth == entry.CallLevel + 1)
        {
            entry.Handlers |= restarts ? CallHandlers.Any : CallHandlers.Any | CallHandlers.Plain;
        }

        world.Note(NoteKind.HandlerBegin, signal, strand);
    }

    /// <summary>A kernel thread begins.</summary>
    /// <param name="credentials">Index of the thread.</param>
    /// <param name="strand">Strand that it runs.</param>
    /// <param name="origin">How it comes to be.</param>
    public void ThreadCreated(uint credentials, int strand, ThreadOrigin origin)
    {
        Requests.ThreadCreated(credentials);
        if (origin == ThreadOrigin.Exec)
        {
            return;
        }

        state->Strands[strand].HasBegun = true;
        Calls.StrandBegan(strand);
        Signals.StrandBegan(strand);
        int process = system.Scenario.StrandAt(strand).Process;
        if (state->Strands[process].ThreadsAlive++ == 0 && process == strand)
        {
            Files.ProcessBegan(process);
        }
    }

    /// <summary>What a thread waits for in its call was ended for a signal that it must take, or because it is to end.</summary>
    /// <param name="strand">Strand of the thread.</param>
    public void CallCancelled(int strand) => state->Strands[strand].WasCancelled = true;

    /// <summary>A thread has the outcome of what it has asked for in its call: a reply, or that none will come.</summary>
    /// <param name="strand">Strand of the thread.</param>
    internal void OutcomeTaken(int strand) => state->Strands[strand].HasOutcome = true;

    /// <summary>A call that was interrupted is made again. What a handler interrupts that the call has no flag for, or under a
    /// profile in which no flag helps, must end. A handler that interrupts a handler does not interrupt the call, and one that
    /// ran before the call had an outcome came before it.</summary>
    /// <param name="strand">Strand of the thread.</param>
    internal void CallStartsOver(int strand)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        if (IsEnabled && MustEnd(strand, entry))
        {
            Violate(Invariant.Restart, strand, entry.Call - 1);
        }

        entry.HasOutcome = false;
        entry.Handlers = CallHandlers.None;
    }

    /// <summary>What ends a sigsuspend is a handler under its mask; others come between two tries of it.</summary>
    private bool MustEnd(int strand, in StrandEntry entry)
    {
        CallKind kind = system.Scenario.CallAt(entry.Call - 1).Kind;
        CallHandlers ending = Profiles.RuleOf(system.Profile, kind) switch
        {
            RestartRule.Must or RestartRule.May => CallHandlers.Plain,
            RestartRule.Never => CallHandlers.Any,
            _ => CallHandlers.None,
        };
        return (entry.Handlers & ending) != 0 && (kind != CallKind.Sigsuspend || Signals.HasHandledWithin(strand));
    }

    /// <summary>A thread has been sent SIGPIPE for what it has written.</summary>
    /// <param name="strand">Strand of the thread.</param>
    internal void BrokenPipe(int strand)
    {
        state->Strands[strand].BrokenPipes++;
        Signals.BrokenPipe(strand);
    }

    /// <summary>A server ends a request as cancelled.</summary>
    /// <param name="credentials">Index of the calling thread.</param>
    /// <param name="id">Cancellation id, or number of the epoch that it was served under.</param>
    public void RequestCancelled(uint credentials, uint id)
    {
        int strand = system.StrandOfThread(credentials);
        bool isAsked = Requests.IsCancelAsked(credentials, id);
        state->Strands[strand].WasCancelled |= isAsked;
        if (IsEnabled && !isAsked)
        {
            Violate(Invariant.Target, strand, state->Strands[strand].Call - 1);
        }
    }

    /// <summary>A thread was killed to make place for a new image: the call that it is in never returns, and neither does what
    /// that interrupts.</summary>
    /// <param name="strand">Its strand.</param>
    public void ImageReplaced(int strand)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        state->EndedInCall |= entry.Depth > 1;
        AbandonCalls(strand);
        entry.Call = 0;
        entry.Depth = 0;
        Signals.ImageReplaced(strand);
    }

    /// <summary>A thread has ended.</summary>
    /// <param name="strand">Its strand.</param>
    public void ThreadEnded(int strand)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        entry.HasEnded = true;
        state->EndedInCall |= entry.Depth > 0;
        AbandonCalls(strand);
        int process = system.Scenario.StrandAt(strand).Process;
        if (--state->Strands[process].ThreadsAlive == 0)
        {
            Files.ProcessEnded(process);
            Children.Ended(process);
        }
    }

    /// <summary>The calls that a thread is in never return.</summary>
    private void AbandonCalls(int strand)
    {
        for (int level = 0; level < Math.Min(state->Strands[strand].Depth, PendingCalls.Levels); level++)
        {
            int call = Calls[strand, level].Call - 1;
            if (call >= 0)
            {
                causes.Abandoned(strand, system.Scenario.CallAt(call));
            }
        }
    }

    /// <summary>Whether some thread ended inside a call, so that bytes may rightly be lost with it.</summary>
    public bool HasThreadEndedInCall => state->EndedInCall;

    /// <summary>Notes the first violation and ends the run.</summary>
    /// <param name="invariant">What is violated.</param>
    /// <param name="strand">Strand concerned, or -1.</param>
    /// <param name="call">Call concerned, or -1.</param>
    public void Violate(Invariant invariant, int strand, int call)
    {
        if (!state->Violation.IsNone)
        {
            return;
        }

        CallKind kind = call < 0 ? CallKind.None : system.Scenario.CallAt(call).Kind;
        state->Violation = new Violation(
            invariant, strand, call, kind, world.Scheduler.Steps, world.PanicCode, IsJudgingIdle);
        world.Scheduler.Halt();
    }
}
