// A world is one model of the whole system: kernel objects, servers' data, time and scheduling state, all in one arena that a
// run changes and a reset brings back. Start reading here: the world owns the parts, hands out points, and records what
// happens. One OS thread runs a world; several worlds do not share anything but the pools of coroutine boxes of their
// threads.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Hel;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Time;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Core;

/// <summary>A model world.</summary>
public sealed unsafe class World : IDisposable
{
    /// <summary>Number of the party that lets time pass; always the first.</summary>
    public const int TimeParty = 0;

    private readonly byte* origin;
    private readonly WorldState* state;
    private bool isSealed;

    /// <summary>Builds a world; seal it after the servers have reserved their tables.</summary>
    /// <param name="options">Sizes and bounds.</param>
    public World(WorldOptions options)
    {
        Options = options;
        Arena = new Arena(options.ArenaBytes);
        origin = (byte*)Arena.Defects;
        state = Arena.ReserveHot<WorldState>(1);
        Scheduler = new Scheduler(this, Arena, options);
        Tasks = new TaskTable(Scheduler);
        Gates = new Gates(this, Arena);
        Events = new OneshotEvents(this, Arena, options);
        Timers = new VirtualTimers(this, Arena, options);
        Threads = new KernelThreads(this, Arena, options);
        Universes = new Universes(this, Arena, options);
        KernelEvents = new KernelEvents(this, Arena, options);
        Futexes = new Futexes(this, Arena, options);
        Lanes = new Lanes(this, Arena, options);
        Queues = new IpcQueues(this, Arena, options);
        Hel = new HelCalls(this);
        Reclaim = new Reclaim(this);
        Audit = options.AuditsAccess ? new AccessAudit(this) : null;
    }

    /// <summary>Sizes and bounds.</summary>
    public WorldOptions Options { get; }

    /// <summary>All state.</summary>
    public Arena Arena { get; }

    /// <summary>Suspended coroutines.</summary>
    public TaskTable Tasks { get; }

    /// <summary>Parties and points.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>The `when X blocked` clauses.</summary>
    public Gates Gates { get; }

    /// <summary>Events, bells, cancellation.</summary>
    public OneshotEvents Events { get; }

    /// <summary>Time.</summary>
    public ITimerSource Timers { get; private set; }

    /// <summary>Kernel threads and their pages.</summary>
    public KernelThreads Threads { get; }

    /// <summary>Descriptor tables.</summary>
    public Universes Universes { get; }

    /// <summary>Event objects that descriptors name.</summary>
    public KernelEvents KernelEvents { get; }

    /// <summary>Threads that sleep on words of their memory.</summary>
    public Futexes Futexes { get; }

    /// <summary>The kernel's entry points by descriptor number.</summary>
    public HelCalls Hel { get; }

    /// <summary>Lanes and the operations on them.</summary>
    public Lanes Lanes { get; }

    /// <summary>IPC queues.</summary>
    public IpcQueues Queues { get; }

    /// <summary>What becomes of a process that has died.</summary>
    public Reclaim Reclaim { get; }

    /// <summary>Footprints of the steps.</summary>
    public AccessLog Log { get; } = new();

    /// <summary>Checks the declared accesses, or null unless <see cref="WorldOptions.AuditsAccess"/>.</summary>
    public AccessAudit? Audit { get; }

    /// <summary>Features that the run has shown.</summary>
    public Coverage Coverage { get; } = new();

    /// <summary>The readable trace; off unless somebody reads it.</summary>
    public Trace Trace { get; } = new();

    /// <summary>What the run cost so far.</summary>
    public ref Counters Counters => ref state->Counters;

    /// <summary>The failed assertion of the modelled system, if any.</summary>
    public PanicCode PanicCode => state->Panic;

    /// <summary>Step at which the modelled system panicked.</summary>
    public uint PanicStep => state->PanicStep;

    /// <summary>Takes time from a machine; before the world is sealed.</summary>
    /// <param name="timers">Timers of the machine.</param>
    public void TakeTimeFrom(ITimerSource timers)
    {
        Verify.That(!isSealed, "the source of time changed after the world was sealed");
        Timers = timers;
    }

    /// <summary>Ends the layout phase.</summary>
    public void Seal()
    {
        Verify.That(!isSealed, "world sealed twice");
        Arena.Seal();
        isSealed = true;
    }

    /// <summary>Starts a new run: everything is as it was when the world was sealed.</summary>
    /// <param name="defects">Defects that are on during the run.</param>
    public void Reset(DefectSet defects)
    {
        Audit?.Suspend();
        Tasks.Reset();
        Arena.Reset();
        *Arena.Defects = defects;
        Log.Reset();
        Coverage.Reset();
        Trace.Reset();
        Scheduler.Reset();
    }

    /// <summary>Whether a defect is on.</summary>
    /// <param name="defect">The defect.</param>
    /// <returns>True when it is on.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(Defect defect) => Arena.Defects->Has(defect);

    /// <summary>A failed assertion of the modelled system: ends the run as a finding. The first one counts.</summary>
    /// <param name="code">Which assertion.</param>
    public void Panic(PanicCode code)
    {
        if (state->Panic == PanicCode.None)
        {
            state->Panic = code;
            state->PanicStep = Scheduler.Steps;
            Note(NoteKind.Panic, (long)code, 0);
        }

        Scheduler.Halt();
    }

    /// <summary>A preemption point before a step that reads a shared object first.</summary>
    /// <param name="kind">Role of the point.</param>
    /// <param name="objectKind">Kind of the object.</param>
    /// <param name="index">Index of the object.</param>
    /// <returns>Awaitable.</returns>
    public PointAwaiter ReadPoint(PointKind kind, ObjectKind objectKind, uint index) =>
        Scheduler.Point(kind, objectKind, index, isWrite: false);

    /// <summary>A preemption point before a step that writes a shared object first, or before a kernel entry.</summary>
    /// <param name="kind">Role of the point.</param>
    /// <param name="objectKind">Kind of the object.</param>
    /// <param name="index">Index of the object.</param>
    /// <returns>Awaitable.</returns>
    public PointAwaiter WritePoint(PointKind kind, ObjectKind objectKind, uint index) =>
        Scheduler.Point(kind, objectKind, index, isWrite: true);

    /// <summary>Records that the running step reads a shared object.</summary>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="index">Index of the object.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reads(ObjectKind kind, uint index) => Log.Read(Scheduler.Steps, kind, index);

    /// <summary>Records that the running step writes a shared object.</summary>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="index">Index of the object.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Writes(ObjectKind kind, uint index) => Log.Write(Scheduler.Steps, kind, index);

    /// <summary>Notes something that a reader of the trace wants to know; part of the trace hash.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="first">First detail.</param>
    /// <param name="second">Second detail.</param>
    public void Note(NoteKind kind, long first, long second)
    {
        Coverage.Note(kind);
        Scheduler.Mix(((ulong)kind << 56) ^ ((ulong)first << 20) ^ (ulong)second);
        if (Trace.IsEnabled)
        {
            Trace.AddNote(Scheduler.Steps, Scheduler.Current, kind, first, second);
        }
    }

    /// <summary>The waiter word of a coroutine that suspends, for awaiters outside Core.</summary>
    /// <param name="box">Its box.</param>
    /// <returns>What the arena stores.</returns>
    public int TaskOf(TaskBox box) => Tasks.Adopt(box);

    /// <summary>Notes the result of a call as a feature of the run.</summary>
    /// <param name="kind">The call.</param>
    /// <param name="result">Its result.</param>
    public void CoverResult(CallKind kind, long result) => Coverage.Result(kind, result);

    /// <summary>Posts a suspended coroutine to its party.</summary>
    /// <param name="waiter">The coroutine; 0 or a stale one is nobody.</param>
    public void Post(int waiter)
    {
        if (waiter == 0)
        {
            return;
        }

        int party = Tasks.PartyOf(waiter);
        if (party >= 0)
        {
            Scheduler.Inboxes.Post(party, waiter);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Arena.Dispose();

    internal int OffsetOf<T>(ref T value)
        where T : unmanaged => (int)((byte*)Unsafe.AsPointer(ref value) - origin);

    internal ref T AtOffset<T>(int offset)
        where T : unmanaged => ref *(T*)(origin + offset);
}
