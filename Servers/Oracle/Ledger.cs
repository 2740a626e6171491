// The ledger is the oracle's memory: always on, in the arena, fed only at boundaries (calls that user code makes and the
// results it sees, signals accepted, handlers run, bytes in and out, cancels asked for), never by a server's opinion of
// itself. It notices at once what can be noticed at once and ends the run there; what needs the end of the run is judged by
// the Oracle.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>Bookkeeping of one run for the oracle.</summary>
public sealed unsafe class Ledger
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly LedgerState* state;
    private readonly StreamEntry* streams;
    private readonly uint* cancelIds;
    private readonly uint* epochNumbers;

    internal Ledger(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        state = world.Arena.ReserveHot<LedgerState>(1);
        cancelIds = world.Arena.ReserveCold<uint>(world.Options.ThreadCapacity);
        epochNumbers = world.Arena.ReserveCold<uint>(world.Options.ThreadCapacity);
        streams = world.Arena.ReserveCold<StreamEntry>(FileOperations.StreamCount);
        Signals = new SignalBook(system);
    }

    /// <summary>What is known of signals, masks and actions.</summary>
    public SignalBook Signals { get; }

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

    /// <summary>What is known of a byte stream.</summary>
    /// <param name="stream">Number of the stream.</param>
    /// <returns>Its entry.</returns>
    public ref StreamEntry Stream(int stream) => ref streams[stream];

    /// <summary>A byte stream begins; its entry is initialised here and not at reset.</summary>
    /// <param name="stream">Number of the stream.</param>
    public void OpenStream(int stream) => streams[stream] = default;

    /// <summary>User code makes a call.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="call">Index of the call.</param>
    /// <param name="frame">What must be known when it returns.</param>
    public void CallBegan(int strand, int call, out CallFrame frame)
    {
        ref StrandEntry entry = ref state->Strands[strand];
        world.Counters.Calls++;
        world.Note(NoteKind.CallBegin, call, strand);
        bool isMaskRight = Signals.CallBegan(strand, system.Program.CallAt(call), system.MaskOf(strand));
        bool isTimed = system.Program.CallAt(call).Kind is CallKind.Nanosleep or CallKind.Poll;
        long now = isTimed ? world.Timers.ReadClock() : 0;
        frame = new CallFrame(entry.HandlersRun, entry.RestartingHandlers, entry.Call, entry.CallLevel, now);
        entry.Call = call + 1;
        entry.CallLevel = world.Threads[world.Threads.OfStrand(strand)].ActivationDepth;
        entry.HasDeadline = false;
        entry.Depth++;
        if (IsEnabled && !isMaskRight)
        {
            Violate(Invariant.Mask, strand, call);
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
        entry.Call = frame.OuterCall;
        entry.CallLevel = frame.OuterLevel;
        entry.HasDeadline = false;
        entry.Depth--;
        world.Counters.CallsReturned++;
        world.Note(NoteKind.CallEnd, call, result.Value);
        world.CoverResult(made.Kind, result.Value);
        if (!IsEnabled)
        {
            return;
        }

        MoveBytes(strand, call, made, result);
        JudgeInterruption(strand, call, made.Kind, result, frame);
        JudgeCompletion(strand, call, made, result, frame);
        JudgeBoundary(strand, call, made, result, frame);
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
        if (!Signals.Raised(strand, signal, flags, mask) && IsEnabled)
        {
            Violate(Invariant.Mask, strand, entry.Call - 1);
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
        world.Note(NoteKind.HandlerBegin, signal, strand);
    }

    /// <summary>A kernel thread begins; what it has asked for is initialised here and not at reset.</summary>
    /// <param name="credentials">Index of the thread.</param>
    public void ThreadCreated(uint credentials)
    {
        cancelIds[credentials] = 0;
        epochNumbers[credentials] = 0;
    }

    /// <summary>A thread asks for the cancellation of its request.</summary>
    /// <param name="credentials">Index of the thread.</param>
    /// <param name="id">Cancellation id.</param>
    public void CancelIssued(uint credentials, uint id) => cancelIds[credentials] = id;

    /// <summary>The epoch of a thread's guard is cancelled, and with it what the thread asks the POSIX server for.</summary>
    /// <param name="credentials">Index of the thread.</param>
    /// <param name="number">Number of the epoch.</param>
    public void EpochCancelled(uint credentials, uint number) => epochNumbers[credentials] = number;

    /// <summary>A server ends a request as cancelled.</summary>
    /// <param name="credentials">Index of the calling thread.</param>
    /// <param name="id">Cancellation id, or number of the epoch that it was served under.</param>
    public void RequestCancelled(uint credentials, uint id)
    {
        if (IsEnabled && cancelIds[credentials] != id && epochNumbers[credentials] != id)
        {
            int strand = system.StrandOfThread(credentials);
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
        if (entry.Depth > 0)
        {
            state->EndedInCall = true;
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

        CallKind kind = call < 0 ? CallKind.None : system.Program.CallAt(call).Kind;
        state->Violation = new Violation(
            invariant, strand, call, kind, world.Scheduler.Steps, world.PanicCode, IsJudgingIdle);
        world.Scheduler.Halt();
    }

    private void MoveBytes(int strand, int call, in Call made, in CallResult result)
    {
        if (result.Value <= 0 || made.Kind is not (CallKind.Read or CallKind.Write))
        {
            return;
        }

        world.Counters.PayloadBytes += (uint)result.Value;
        ref StreamEntry stream = ref streams[result.Data.Stream];
        if (made.Kind == CallKind.Write)
        {
            stream.Written += result.Data.Count;
            return;
        }

        if (!stream.TryDeliver(result.Data.Start, result.Data.Count))
        {
            Violate(Invariant.Bytes, strand, call);
        }
    }

    private void JudgeInterruption(int strand, int call, CallKind kind, in CallResult result, in CallFrame frame)
    {
        if (result.Value != -(long)Errno.EINTR)
        {
            return;
        }

        ref StrandEntry entry = ref state->Strands[strand];
        int handlers = (ushort)(entry.HandlersRun - frame.HandlersRun);
        if (handlers == 0 || Profiles.RuleOf(system.Profile, kind) == RestartRule.Uninterruptible)
        {
            Violate(Invariant.Eintr, strand, call);
        }
        else if (handlers == (ushort)(entry.RestartingHandlers - frame.RestartingHandlers)
            && Profiles.Restarts(system.Profile, kind))
        {
            Violate(Invariant.Restart, strand, call);
        }
    }

    /// <summary>What a call reports must have happened: a child that it names has ended and was not named before, and a time
    /// that it says is over is over.</summary>
    private void JudgeCompletion(int strand, int call, in Call made, in CallResult result, in CallFrame frame)
    {
        bool isTimed = made.Kind is CallKind.Nanosleep or CallKind.Poll && result.Value == 0;
        long passedTicks = isTimed ? world.Timers.ReadClock() - frame.BeganTicks : 0;
        bool isFalse = made.Kind switch
        {
            CallKind.Waitpid => result.Value > 0 && !TryReap(strand, result.Value),
            CallKind.Nanosleep => result.Value == 0 && passedTicks < made.Argument0,
            CallKind.Poll => result.Value == 0 && passedTicks < made.Argument4,
            _ => false,
        };
        if (isFalse)
        {
            Violate(Invariant.Completion, strand, call);
        }
    }

    private bool TryReap(int strand, long process)
    {
        int child = ProcessNumber.StrandOf(process);
        int parent = system.Program.StrandAt(strand).Process;
        bool isChild = child >= 0 && system.Program.StrandAt(child).Parent == parent;
        if (!isChild || !state->Strands[child].HasEnded || state->Strands[child].IsReaped)
        {
            return false;
        }

        state->Strands[child].IsReaped = true;
        return true;
    }

    private void JudgeBoundary(int strand, int call, in Call made, in CallResult result, in CallFrame frame)
    {
        bool isMaskRight = Signals.CallReturned(strand, made, result.Value, system.MaskOf(strand));
        bool hasRunHandler = state->Strands[strand].HandlersRun != frame.HandlersRun;
        bool isOwed = made.Kind == CallKind.Sigprocmask && !hasRunHandler && Signals.OwedThroughout(strand) != 0;
        if (state->Strands[strand].AcceptedNotRaised > 0 || isOwed)
        {
            Violate(Invariant.Raise, strand, call);
        }
        else if (!isMaskRight)
        {
            Violate(Invariant.Mask, strand, call);
        }
        else if (system.Registry.HasEntryOf(world.Threads.OfStrand(strand).Index))
        {
            Violate(Invariant.Registry, strand, call);
        }
        else if (!made.Allowed.Contains(result.Value))
        {
            Violate(Invariant.Allowed, strand, call);
        }
    }
}

/// <summary>What the ledger notes at the beginning of a call.</summary>
/// <param name="HandlersRun">Handlers that had run on the thread.</param>
/// <param name="RestartingHandlers">Those of them with SA_RESTART.</param>
/// <param name="OuterCall">Call that a handler interrupts, by index + 1, or 0.</param>
/// <param name="OuterLevel">Activations that were stacked when that call began.</param>
/// <param name="BeganTicks">Time.</param>
public readonly record struct CallFrame(
    ushort HandlersRun, ushort RestartingHandlers, int OuterCall, int OuterLevel, long BeganTicks);

/// <summary>What the ledger knows of a strand's thread.</summary>
public struct StrandEntry
{
    /// <summary>Call that the thread is in, by index + 1, or 0.</summary>
    public int Call;

    /// <summary>Calls that it is in, nested by handlers.</summary>
    public int Depth;

    /// <summary>Signals accepted for it and not raised yet.</summary>
    public int AcceptedNotRaised;

    /// <summary>Handlers that have begun to run on it.</summary>
    public ushort HandlersRun;

    /// <summary>Those of them with SA_RESTART.</summary>
    public ushort RestartingHandlers;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded;

    /// <summary>Whether a parent was told that it has ended.</summary>
    public bool IsReaped;

    /// <summary>Whether the deadline of its call is known.</summary>
    public bool HasDeadline;

    /// <summary>Activations that were stacked when the call began; with more, a handler runs inside the call.</summary>
    public int CallLevel;

    /// <summary>Latest possible deadline of the call.</summary>
    public long LatestDeadlineTicks;
}

/// <summary>What the ledger knows of a byte stream: what went in, and which bytes came out.</summary>
public unsafe struct StreamEntry
{
    /// <summary>Bytes per stream that are told apart; later ones are only counted.</summary>
    public const int TrackedBytes = 256;

    /// <summary>Bytes that writes have reported as written.</summary>
    public uint Written;

    /// <summary>Bytes that reads have returned.</summary>
    public uint Delivered;

    private fixed ulong seen[TrackedBytes / 64];

    /// <summary>Notes delivered bytes.</summary>
    /// <param name="start">Position of the first.</param>
    /// <param name="count">Number of bytes.</param>
    /// <returns>False when one of them was delivered before.</returns>
    public bool TryDeliver(uint start, uint count)
    {
        Delivered += count;
        for (uint position = start; position < start + count && position < TrackedBytes; position++)
        {
            ulong bit = 1UL << (int)(position & 63);
            if ((seen[position >> 6] & bit) != 0)
            {
                return false;
            }

            seen[position >> 6] |= bit;
        }

        return true;
    }
}

/// <summary>Entries per strand.</summary>
[InlineArray(Program.MaximumStrands)]
internal struct StrandEntries
{
    private StrandEntry first;
}

/// <summary>The ledger in the hot arena.</summary>
internal struct LedgerState
{
    public Violation Violation;
    public bool EndedInCall;
    public StrandEntries Strands;
}
