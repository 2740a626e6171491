// A model system is one world with everything in it that a scenario runs on: POSIX server, external file server, userland or
// monolithic kernel, ledger and oracle, under one protocol. It is built once and brought to the start of a scenario for each
// run. This is the object that the parts know each other through. Who takes part is in Parties, what is there before the first
// step in ScenarioStart.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Hardware;
using Managarm.Perf.Hardware.Thor;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Protocols.OrderedProtocol;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Running;

/// <summary>The system under test.</summary>
public sealed class ModelSystem : IDisposable
{
    private readonly Repairs repairs;
    private readonly ScenarioStart start;

    /// <summary>Builds a system.</summary>
    /// <param name="protocol">Cancellation protocol.</param>
    /// <param name="options">Sizes and bounds of the world.</param>
    public ModelSystem(IProtocol protocol, WorldOptions options)
    {
        Protocol = protocol;
        World = new World(options);
        Hardware = new KernelHardware(World, new MachineOptions { ProcessorCount = Scenario.MaximumProcessors });
        Sides = protocol.Reserve(this);
        Verify.That(protocol.IsMonolithic == Sides.Kernel is not null, "a kernel's side is what makes a protocol monolithic");
        repairs = Sides.Repairs;
        Marks = new WindowMarks(World);
        LaneOrder = Has(Repairs.LaneOrderKept | Repairs.CancelAwaitsRegistration) ? new Tickets(this) : null;
        Files = new FileOperations(this);
        Registry = new CancellationRegistry(this);
        Ledger = new Ledger(this);
        Lemmas = new LemmaJudge(this);
        Oracle = new RunJudge(this);
        World.Queues.Watch = new QueueJudge(this);
        Posix = new PosixServer(this);
        FileServers = new FileServers(this);
        Userland = new UserLibrary(this);
        Calls = Sides.Kernel?.MakeCalls(this) ?? new LibraryCalls(this);
        UserBody = new UserThreadBody(this, new StrandCode(this));
        Parties = new Parties(this);
        start = new ScenarioStart(this);
        World.Seal();
    }

    /// <summary>The protocol.</summary>
    public IProtocol Protocol { get; }

    /// <summary>Who does what under it here.</summary>
    public ProtocolSides Sides { get; }

    /// <summary>The profile that the oracle applies.</summary>
    public Profile Profile { get; set; }

    /// <summary>Whether the protocol is applied to every call to which it can be, and the liveness of all interruptible calls is
    /// judged (--calls all), rather than what Managarm has wired.</summary>
    public bool JudgesAllCalls { get; set; }

    /// <summary>Whether servers handle what is ready in an order that the strategy chooses (--relax-dispatch).</summary>
    public bool RelaxesDispatch { get; set; }

    /// <summary>Kernel, memory, scheduling.</summary>
    public World World { get; }

    /// <summary>Who takes part in the scenario that runs.</summary>
    public Parties Parties { get; }

    /// <summary>The machine, and the kernel's side of it.</summary>
    public KernelHardware Hardware { get; }

    /// <summary>Files, pipes, devices.</summary>
    public FileOperations Files { get; }

    /// <summary>Cancellation registries.</summary>
    public CancellationRegistry Registry { get; }

    /// <summary>The oracle's memory.</summary>
    public Ledger Ledger { get; }

    /// <summary>Judge of the lemmas that a protocol may claim.</summary>
    public LemmaJudge Lemmas { get; }

    /// <summary>The oracle.</summary>
    public RunJudge Oracle { get; }

    /// <summary>The POSIX server.</summary>
    public PosixServer Posix { get; }

    /// <summary>The external file servers.</summary>
    public FileServers FileServers { get; }

    /// <summary>mlibc.</summary>
    public UserLibrary Userland { get; }

    /// <summary>How user threads make calls.</summary>
    public ISystemCalls Calls { get; internal set; }

    /// <summary>What the parties of user threads do.</summary>
    internal IPartyBody UserBody { get; set; }

    /// <summary>The scenario that runs.</summary>
    public Scenario Scenario { get; } = new();

    /// <summary>Handler bodies that have run; past the bound they run empty, so that handlers cannot signal each other for
    /// ever.</summary>
    public int HandlerBodiesRun { get; set; }

    /// <summary>Calls of the handler bodies that have run.</summary>
    public int HandlerCallsBegun { get; private set; }

    /// <summary>Whether a class of call is made cancellably.</summary>
    /// <param name="kind">The call.</param>
    /// <returns>True when the protocol is in charge of it.</returns>
    public bool IsWired(CallKind kind) => Protocol.IsWired(kind) || (JudgesAllCalls && Protocol.CanWire(kind));

    /// <summary>Whether the protocol brings a repair of today's servers or library.</summary>
    /// <param name="repair">The repair.</param>
    /// <returns>True when server or library does as the repair says.</returns>
    public bool Has(Repairs repair) => (repairs & repair) != 0;

    /// <summary>Order of the lanes of files, where that is repaired.</summary>
    internal Tickets? LaneOrder { get; }

    /// <summary>Where repairs that are off would have acted in this run.</summary>
    public WindowMarks Marks { get; }

    /// <summary>Asks for a repair at the place and in the step in which it acts. If it is off, that is marked.</summary>
    /// <param name="repair">The repair.</param>
    /// <returns>True when server or library does as the repair says.</returns>
    public bool Repaired(Repairs repair)
    {
        if ((repairs & repair) != 0)
        {
            return true;
        }

        Marks.Mark(repair);
        return false;
    }

    /// <summary>Brings the system to the start of a scenario.</summary>
    /// <param name="scenario">The scenario; copied.</param>
    /// <param name="defects">Defects that are on.</param>
    public void Begin(Scenario scenario, DefectSet defects)
    {
        Scenario.CopyFrom(scenario);
        World.Reset(defects);
        Marks.Reset();
        HandlerBodiesRun = 0;
        HandlerCallsBegun = 0;
        World.Gates.WatchesSettled = HasSettledGate();
        Posix.Processes.Children.Start();
        Parties.Add();
        start.CreateProcesses();
        start.OpenPrelude();
        Ledger.Begin();
        World.Scheduler.RunBoot();
        World.Counters = default;
        World.Trace.Reset();
        World.Audit?.Reset();
        for (int strand = Scenario.StrandCount - 1; strand >= 0; strand--)
        {
            Parties.StartStrand(strand);
        }
    }

    /// <summary>Strand of a kernel thread.</summary>
    /// <param name="thread">Index of the thread.</param>
    /// <returns>The strand.</returns>
    public int StrandOfThread(uint thread) => Parties.StrandOf(World.Threads.All.At((int)thread).Party);

    /// <summary>Says whether a server waits on behalf of a thread's call, for gates. What is left of a thread that has ended, or
    /// whose image was replaced, says nothing.</summary>
    /// <param name="thread">Index of the kernel thread.</param>
    /// <param name="isSettled">Whether it waits.</param>
    public void SetSettled(uint thread, bool isSettled)
    {
        if (!World.Gates.WatchesSettled)
        {
            return;
        }

        int strand = StrandOfThread(thread);
        Handle<KernelThread> current = World.Threads.OfStrand(strand);
        if (current.Index == thread && World.Threads[current].State != KernelThreadState.Dead)
        {
            World.Gates.SetSettled(strand, isSettled);
        }
    }

    /// <summary>Main thread of a thread's process.</summary>
    /// <param name="thread">A thread.</param>
    /// <returns>The main thread; the thread itself when that has ended.</returns>
    public Handle<KernelThread> MainThreadOf(Handle<KernelThread> thread)
    {
        Handle<KernelThread> main = World.Threads.OfStrand(Scenario.StrandAt(StrandOfThread(thread.Index)).Process);
        return World.Threads.All.IsLive(main) ? main : thread;
    }

    /// <summary>Signal mask of a strand's thread, as the kernel or server holds it.</summary>
    /// <param name="strand">The strand.</param>
    /// <returns>Blocked signals by table index; 0 for a thread that has ended.</returns>
    public ushort MaskOf(int strand)
    {
        Handle<PosixThread> thread = Posix.Processes.FindThread(strand);
        return thread.IsNone ? (ushort)0 : Posix.Processes.Threads[thread].Mask;
    }

    /// <summary>File number that a resource name stands for in a process; an observer's look.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <param name="resource">Resource of the scenario, or -1.</param>
    /// <returns>The number, or -1 when the process never got it.</returns>
    internal int BindingOf(int process, int resource)
    {
        Slab<Process> processes = Posix.Processes.All;
        for (int index = 0; index < processes.HighWater && resource >= 0; index++)
        {
            if (processes.IsLiveAt(index) && processes.At(index).Strand == process)
            {
                return processes.At(index).Bindings[resource];
            }
        }

        return -1;
    }

    /// <summary>Byte stream of an open file of a process; an observer's look.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <param name="number">Number of an open file.</param>
    /// <returns>Number of the stream.</returns>
    internal int StreamOf(int process, int number)
    {
        Slab<Process> processes = Posix.Processes.All;
        for (int index = 0; index < processes.HighWater; index++)
        {
            if (processes.IsLiveAt(index) && processes.At(index).Strand == process)
            {
                return Files.StreamOf(processes.At(index).Files[number]);
            }
        }

        Verify.Fail("no such process");
        return -1;
    }

    /// <summary>File number that a resource name stands for in a thread's process.</summary>
    /// <param name="thread">A thread.</param>
    /// <param name="resource">Resource of the scenario, or -1.</param>
    /// <returns>The number, or -1 when the process never got it.</returns>
    public int FileNumber(Handle<KernelThread> thread, int resource)
    {
        int strand = StrandOfThread(thread.Index);
        Handle<PosixThread> caller = Posix.Processes.FindThread(strand);
        if (resource < 0)
        {
            return -1;
        }

        Handle<Process> process = Posix.Processes.Threads[caller].Process;
        World.Reads(ObjectKind.Bindings, process.Index);
        return Posix.Processes.All[process].Bindings[resource];
    }

    /// <summary>Gives a process both ends of a new pipe and binds their names.</summary>
    /// <param name="process">The process.</param>
    /// <param name="resource">Resource that names the read end; the write end is the next one.</param>
    /// <param name="read">Read end.</param>
    /// <param name="write">Write end.</param>
    /// <returns>False when the file table is full; nothing is left behind then.</returns>
    public bool BindPipe(Handle<Process> process, int resource, Handle<OpenFile> read, Handle<OpenFile> write)
    {
        Files.Retain(read);
        Files.Retain(write);
        int first = Posix.Processes.Files.Attach(process, read);
        int second = first < 0 ? -1 : Posix.Processes.Files.Attach(process, write);
        Files.Release(read);
        Files.Release(write);
        if (second < 0)
        {
            Posix.Processes.Files.Detach(process, first);
            return false;
        }

        World.Writes(ObjectKind.Bindings, process.Index);
        Posix.Processes[process].Bindings[resource] = (sbyte)first;
        Posix.Processes[process].Bindings[resource + 1] = (sbyte)second;
        return true;
    }

    /// <summary>First call of the scenario that names a resource, for reports.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>Index of the call, or -1.</returns>
    public int FirstCallOn(int resource)
    {
        for (int call = 0; call < Scenario.CallCount; call++)
        {
            if (Scenario.CallAt(call).Kind == CallKind.Read && Scenario.CallAt(call).Argument0 == resource)
            {
                return call;
            }
        }

        return -1;
    }

    /// <summary>Creates the kernel thread of a strand.</summary>
    /// <param name="strand">The strand.</param>
    /// <param name="firstCall">The call that it makes first, or -1 when there is none.</param>
    /// <param name="universe">Universe of its process.</param>
    /// <param name="origin">How it comes to be.</param>
    /// <returns>The thread, not resumed, with its bottom activation.</returns>
    public Handle<KernelThread> CreateUserThread(
        int strand, int firstCall, Handle<Universe> universe, ThreadOrigin origin)
    {
        Handle<KernelThread> thread = World.Threads.Create(Parties.OfStrand(strand), universe, strand, origin);
        bool pushed = World.Threads.TryPushActivation(thread, strand, firstCall, 0, 0);
        Verify.That(pushed, "out of activations");
        Ledger.ThreadCreated(thread.Index, strand, origin);
        Lemmas.ThreadCreated(thread.Index);

        return thread;
    }

    /// <summary>Builds the frame of a handler on a stopped or stopping thread.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="signal">Table index.</param>
    /// <param name="flags">Flags of the action.</param>
    /// <returns>False when the stack overflows.</returns>
    public bool TryPushHandler(Handle<PosixThread> thread, int signal, SignalActionFlags flags)
    {
        ref PosixThread state = ref Posix.Processes.Thread(thread);
        int process = Scenario.StrandAt(state.Strand).Process;
        int strand = HandlerBodiesRun < World.Options.MaxHandlerBodies ? Scenario.HandlerOf(process, signal) : -1;
        int calls = strand < 0 ? 0 : Scenario.CountCalls(strand);
        strand = HandlerCallsBegun + calls > World.Options.MaxHandlerCalls ? -1 : strand;
        int first = strand < 0 ? -1 : Scenario.FirstCall(strand);
        ushort savedMask = state.HasMaskToRestore && !World.Has(Defect.MaskNotRestored) ? state.MaskToRestore : state.Mask;
        if (!World.Threads.TryPushActivation(state.Kernel, strand, first, signal + 1, savedMask))
        {
            return false;
        }

        state.Mask = state.HasMaskToRestore && World.Has(Defect.HandlerUnderFormerMask) ? savedMask : state.Mask;
        state.HasMaskToRestore = false;

        HandlerBodiesRun++;
        HandlerCallsBegun += strand < 0 ? 0 : calls;
        World.Threads.TopActivation(state.Kernel).Restarts = (flags & SignalActionFlags.Restart) != 0;
        state.LastSavedMask = savedMask;
        state.Mask = World.Has(Defect.HandlerMaskNotSet) ? state.Mask : Signals.HandlerMask(state.Mask, signal, flags);
        World.Note(NoteKind.SignalRaised, signal, state.Strand);
        Ledger.SignalRaised(state.Strand, signal, flags, state.Mask);
        return true;
    }

    /// <summary>Returns from a handler: restores the mask from the frame and drops it.</summary>
    /// <param name="thread">The thread.</param>
    public void PopHandler(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref Posix.Processes.Thread(thread);
        ref Activation top = ref World.Threads.TopActivation(state.Kernel);
        World.Note(NoteKind.HandlerEnd, top.Signal - 1, state.Strand);
        state.Mask = World.Has(Defect.SavedMaskInOneSlot) ? state.LastSavedMask : (ushort)top.SavedMask;
        World.Threads.PopActivation(state.Kernel);
        Ledger.HandlerEnded(state.Strand, state.Mask);
    }

    /// <inheritdoc/>
    public void Dispose() => World.Dispose();

    private bool HasSettledGate()
    {
        bool isFound = false;
        foreach (ref readonly Call call in Scenario.Calls)
        {
            isFound |= call.WhenBlocked >= 0 && call.WhenSettled;
        }

        return isFound;
    }
}
