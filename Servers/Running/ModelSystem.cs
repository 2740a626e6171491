// A model system is one world with everything in it that a scenario runs on: POSIX server, external file server, userland or
// monolithic kernel, ledger and oracle, under one protocol. It is built once and brought to the start of a scenario for each
// run. This is the object that the parts know each other through.

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
using Managarm.Perf.Servers.Dispatch;
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
    private readonly TimeBody timeBody;
    private readonly ScriptBody clockBody;
    private readonly ScriptBody lineBody;
    private readonly sbyte[] partyOfStrand = new sbyte[Scenario.MaximumStrands];
    private readonly sbyte[] strandOfParty = new sbyte[Scheduler.MaxParties];
    private readonly ShortName[] partyNames = new ShortName[Scheduler.MaxParties];

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
        timeBody = new TimeBody(World);
        clockBody = new ScriptBody(this);
        lineBody = new ScriptBody(this);
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
        AddParties();
        CreateProcesses();
        OpenPrelude();
        Ledger.Begin();
        World.Scheduler.RunBoot();
        World.Counters = default;
        World.Trace.Reset();
        World.Audit?.Reset();
        for (int strand = Scenario.StrandCount - 1; strand >= 0; strand--)
        {
            StartStrand(strand);
        }
    }

    /// <summary>Lists the parties that a scenario would have here, without running it.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="names">Receives the names by party number; needs <see cref="Scheduler.MaxParties"/> places.</param>
    /// <returns>How many there are.</returns>
    public int ListParties(Scenario scenario, Span<ShortName> names)
    {
        int count = 0;
        names[count++] = ShortName.Of(PartyName.Time);
        foreach (ref readonly Strand strand in scenario.Strands)
        {
            if (strand.IsActor)
            {
                names[count++] = strand.Name;
            }
        }

        if (!Protocol.IsMonolithic)
        {
            names[count++] = ShortName.Of(PartyName.Posix);
            for (int number = 0; number < Scenario.MaximumServers; number++)
            {
                if (FileServers.IsNeeded(scenario, number))
                {
                    names[count++] = ShortName.Of(PartyName.OfServer(number));
                }
            }
        }

        if (scenario.FindEnvironment(StrandKind.Time) >= 0)
        {
            names[count++] = ShortName.Of(PartyName.Clock);
        }

        if (scenario.FindEnvironment(StrandKind.Line) >= 0)
        {
            names[count++] = ShortName.Of(PartyName.Line);
        }

        for (int processor = 0; processor < scenario.ProcessorCount; processor++)
        {
            names[count++] = ShortName.Of(PartyName.OfProcessor(processor));
        }

        if (scenario.Alarm == AlarmKind.Hpet)
        {
            names[count++] = ShortName.Of(PartyName.Alarm);
        }

        if (RelaxesDispatch && !Protocol.IsMonolithic)
        {
            names[count++] = ShortName.Of(PartyName.Order);
        }

        return count;
    }

    /// <summary>Names of the parties, by number.</summary>
    public ReadOnlySpan<ShortName> PartyNames => partyNames.AsSpan(0, World.Scheduler.PartyCount);

    /// <summary>Name of a party, as schedules print it.</summary>
    /// <param name="party">Number of the party.</param>
    /// <returns>Strand name or role.</returns>
    public ShortName PartyNameOf(int party) => partyNames[party];

    /// <summary>Whether a party is a server that would find nothing to do if it ran now.</summary>
    /// <param name="party">Number of the party.</param>
    /// <returns>True when its next step would only end in its being disabled.</returns>
    public bool WouldPause(int party)
    {
        if (Protocol.IsMonolithic)
        {
            return false;
        }

        bool isDone = Posix.Dispatcher.Party == party && Posix.Dispatcher.IsDone;
        for (int number = 0; number < Managarm.Perf.Core.Calls.Scenario.MaximumServers; number++)
        {
            Dispatcher dispatcher = FileServers[number].Dispatcher;
            isDone |= dispatcher.Party == party && FileServers[number].IsRunning && dispatcher.IsDone;
        }

        return isDone;
    }

    /// <summary>Strand that a party runs.</summary>
    /// <param name="party">Number of the party.</param>
    /// <returns>The strand, or -1 for servers, devices and time.</returns>
    public int StrandOfParty(int party) => strandOfParty[party];

    /// <summary>Strand of a kernel thread.</summary>
    /// <param name="thread">Index of the thread.</param>
    /// <returns>The strand.</returns>
    public int StrandOfThread(uint thread) => strandOfParty[World.Threads.All.At((int)thread).Party];

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
        Handle<KernelThread> thread = World.Threads.Create(partyOfStrand[strand], universe, strand, origin);
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

    private void AddParties()
    {
        Array.Fill(strandOfParty, (sbyte)-1);
        Name(World.Scheduler.AddParty(PartyKind.Time, timeBody), PartyName.Time);
        for (int strand = 0; strand < Scenario.StrandCount; strand++)
        {
            if (Scenario.StrandAt(strand).IsActor)
            {
                int party = World.Scheduler.AddParty(PartyKind.User, UserBody);
                partyOfStrand[strand] = (sbyte)party;
                strandOfParty[party] = (sbyte)strand;
                partyNames[party] = Scenario.StrandAt(strand).Name;
            }
        }

        if (!Protocol.IsMonolithic)
        {
            Posix.Dispatcher.Start(PartyKind.Posix);
            Name(Posix.Dispatcher.Party, PartyName.Posix);
            StartFileServers();
        }

        AddScript(StrandKind.Time, clockBody, PartyKind.Time, PartyName.Clock);
        AddScript(StrandKind.Line, lineBody, PartyKind.Line, PartyName.Line);
        StartProcessors();
        if (RelaxesDispatch && !Protocol.IsMonolithic)
        {
            Name(World.Scheduler.RelaxDispatch(), PartyName.Order);
        }
    }

    /// <summary>Every party is pinned to a processor: threads in turn, servers by their number, all else to the first.</summary>
    private void StartProcessors()
    {
        int count = Scenario.ProcessorCount;
        for (int party = 0; party < World.Scheduler.PartyCount; party++)
        {
            Hardware.Processors.Pin(party, strandOfParty[party] >= 0 ? strandOfParty[party] % count : 0);
        }

        for (int number = 0; number < Scenario.MaximumServers && !Protocol.IsMonolithic; number++)
        {
            if (FileServers.IsNeeded(Scenario, number))
            {
                Hardware.Processors.Pin(FileServers[number].Dispatcher.Party, (number + 1) % count);
            }
        }

        for (int processor = 0; processor < count; processor++)
        {
            Name(Hardware.Processors.Start(processor), PartyName.OfProcessor(processor));
        }

        Hardware.Begin(count, Scenario.Alarm);
        if (Scenario.Alarm == AlarmKind.Hpet)
        {
            Hardware.DelayChoice = World.Scheduler.AddChoice();
            Name(Hardware.DelayChoice, PartyName.Alarm);
        }
    }

    private void StartFileServers()
    {
        for (int number = 0; number < Scenario.MaximumServers; number++)
        {
            Dispatcher dispatcher = FileServers[number].Dispatcher;
            if (!FileServers.IsNeeded(Scenario, number))
            {
                dispatcher.StayAway();
                continue;
            }

            dispatcher.Start(PartyKind.Files);
            Name(dispatcher.Party, PartyName.OfServer(number));
        }
    }

    private void AddScript(StrandKind kind, ScriptBody body, PartyKind partyKind, string name)
    {
        int strand = Scenario.FindEnvironment(kind);
        if (strand >= 0)
        {
            int party = World.Scheduler.AddParty(partyKind, body);
            partyOfStrand[strand] = (sbyte)party;
            Name(party, name);
        }
    }

    private void Name(int party, string name) => partyNames[party] = ShortName.Of(name);

    private void CreateProcesses()
    {
        if (!Protocol.IsMonolithic)
        {
            World.Scheduler.Impersonate(Posix.Dispatcher.Party);
        }

        for (int strand = 0; strand < Scenario.StrandCount; strand++)
        {
            if (Scenario.StrandAt(strand).Kind == StrandKind.Process)
            {
                CreateThread(Posix.Processes.Create(strand, default), strand);
            }
        }

        for (int strand = 0; strand < Scenario.StrandCount; strand++)
        {
            if (Scenario.StrandAt(strand) is { Kind: StrandKind.Thread, IsCloned: false })
            {
                CreateThread(Posix.Processes.FindProcess(Scenario.StrandAt(strand).Process), strand);
            }
        }
    }

    private void CreateThread(Handle<Process> process, int strand)
    {
        Handle<PosixThread> thread = Posix.Processes.CreateThread(process, strand, ThreadOrigin.Boot);
        if (!Protocol.IsMonolithic)
        {
            Userland.CreateQueue(Posix.Processes.Threads[thread].Kernel);
            Posix.Serve(thread);
        }
    }

    private void OpenPrelude()
    {
        for (int resource = 0; resource < Scenario.ResourceCount; resource++)
        {
            Resource declared = Scenario.ResourceAt(resource);
            if (!declared.IsPrelude || declared.Kind == ResourceKind.PipeWrite)
            {
                continue;
            }

            if (declared.Kind == ResourceKind.PipeRead)
            {
                OpenPreludePipe(resource);
            }
            else
            {
                OpenPreludeDevice(resource);
            }
        }
    }

    private void OpenPreludePipe(int resource)
    {
        (Handle<OpenFile> read, Handle<OpenFile> write) = Files.CreatePipe(resource);
        if (!Protocol.IsMonolithic)
        {
            World.Scheduler.Impersonate(Posix.Dispatcher.Party);
            Posix.Lanes.Open(read);
            Posix.Lanes.Open(write);
        }

        for (int strand = 0; strand < Scenario.StrandCount; strand++)
        {
            if (Scenario.StrandAt(strand).Kind == StrandKind.Process)
            {
                BindPipe(Posix.Processes.FindProcess(strand), resource, read, write);
            }
        }
    }

    private void OpenPreludeDevice(int resource)
    {
        Handle<OpenFile> file = Files.CreateDevice(resource);
        if (!Protocol.IsMonolithic)
        {
            FileServer server = FileServers[Scenario.ResourceAt(resource).Server];
            World.Scheduler.Impersonate(server.Dispatcher.Party);
            server.Drive(file);
        }

        for (int strand = 0; strand < Scenario.StrandCount; strand++)
        {
            if (Scenario.StrandAt(strand).Kind == StrandKind.Process)
            {
                Handle<Process> process = Posix.Processes.FindProcess(strand);
                Posix.Processes[process].Bindings[resource] = (sbyte)Posix.Processes.Files.Attach(process, file);
            }
        }
    }

    private void StartStrand(int strand)
    {
        switch (Scenario.StrandAt(strand).Kind)
        {
            case StrandKind.Process or StrandKind.Thread when !Scenario.StrandAt(strand).IsCloned:
                World.Threads.Resume(World.Threads.OfStrand(strand));
                break;
            case StrandKind.Time:
                clockBody.Start(partyOfStrand[strand], strand);
                break;
            case StrandKind.Line:
                lineBody.Start(partyOfStrand[strand], strand);
                break;
            default:
                break;
        }
    }
}
