// Processes and threads: creation, fork, termination (posix/subsystem/src/process.cpp). Termination of a thread waits until its
// serving coroutines have ended, so a request that never ends keeps its process from ending; that is so in Managarm, too. File
// tables, and what parents and children have to do with each other, are parts of their own.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>Process and thread tables.</summary>
public sealed class Processes
{
    /// <summary>Descriptors that a thread needs: posix lane, queue, and the event of a request.</summary>
    private const int DescriptorsPerThread = 3;

    private readonly ModelSystem system;
    private readonly World world;
    private readonly Slab<Process> processes;
    private readonly Slab<PosixThread> threads;

    internal Processes(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        processes = new Slab<Process>(world.Arena, Scenario.MaximumProcesses, ObjectKind.Process);
        threads = new Slab<PosixThread>(world.Arena, Scenario.MaximumActors, ObjectKind.PosixThread);
        Files = new FileTables(system, this);
        Children = new Children(system, this);
    }

    /// <summary>Their file tables.</summary>
    public FileTables Files { get; }

    /// <summary>Who waits for whose end.</summary>
    public Children Children { get; }

    /// <summary>All processes.</summary>
    public Slab<Process> All => processes;

    /// <summary>All threads.</summary>
    public Slab<PosixThread> Threads => threads;

    /// <summary>A process, recorded as touched by the running step.</summary>
    /// <param name="process">A live process.</param>
    public ref Process this[Handle<Process> process]
    {
        get
        {
            world.Writes(ObjectKind.Process, process.Index);
            return ref processes[process];
        }
    }

    /// <summary>A thread, recorded as touched by the running step.</summary>
    /// <param name="thread">A live thread.</param>
    /// <returns>The thread.</returns>
    public ref PosixThread Thread(Handle<PosixThread> thread)
    {
        world.Writes(ObjectKind.PosixThread, thread.Index);
        return ref threads[thread];
    }

    /// <summary>Creates a process without threads.</summary>
    /// <param name="strand">Strand of its main thread.</param>
    /// <param name="parent">Parent, or none.</param>
    /// <returns>The process.</returns>
    public Handle<Process> Create(int strand, Handle<Process> parent)
    {
        Handle<Process> process = processes.Allocate();
        world.Writes(ObjectKind.Strand, (uint)strand);
        Verify.That(!process.IsNone, "out of processes");
        ref Process state = ref this[process];
        state.Strand = strand;
        state.Parent = parent;
        state.Universe = world.Universes.Create();
        for (int resource = 0; resource < Scenario.MaximumResources; resource++)
        {
            state.Bindings[resource] = -1;
        }

        return process;
    }

    /// <summary>Creates a thread of a process with its kernel thread and, unless the kernel is monolithic, its posix
    /// lane.</summary>
    /// <param name="process">The process.</param>
    /// <param name="strand">Strand that it runs.</param>
    /// <param name="origin">How it comes to be.</param>
    /// <returns>The thread; its kernel thread is not resumed yet.</returns>
    public Handle<PosixThread> CreateThread(Handle<Process> process, int strand, ThreadOrigin origin)
    {
        Handle<PosixThread> created = threads.Allocate();
        world.Writes(ObjectKind.Strand, (uint)strand);
        Verify.That(!created.IsNone, "out of posix threads");
        ref PosixThread thread = ref Thread(created);
        thread.Process = process;
        thread.Strand = strand;
        thread.Kernel = system.CreateUserThread(
            strand, system.Scenario.FirstCall(strand), processes[process].Universe, origin);
        thread.Generation = world.Events.CreateSource(thread.Kernel.Index);
        this[process].ThreadCount++;
        AttachPosixLane(created);
        system.Sides.Signals.ThreadBegins(system, created);
        return created;
    }

    /// <summary>Gives a thread a posix lane, unless the kernel is monolithic.</summary>
    /// <param name="thread">A thread whose kernel thread is not resumed yet.</param>
    public void AttachPosixLane(Handle<PosixThread> thread)
    {
        if (system.Protocol.IsMonolithic)
        {
            return;
        }

        ref PosixThread state = ref Thread(thread);
        (Handle<Lane> client, Handle<Lane> server) = world.Lanes.Create(1);
        state.PosixLane = server;
        world.Threads[state.Kernel].PosixLaneDescriptor =
            world.Universes.Attach(processes[state.Process].Universe, DescriptorKind.Lane, client.Bits, HelRights.Invoke);
        world.Lanes.Release(client);
    }

    /// <summary>Duplicates a process (Process::fork): files, actions and mask are inherited, pending signals are not.</summary>
    /// <param name="caller">The thread that forks.</param>
    /// <param name="strand">Strand of the child.</param>
    /// <returns>The child's only thread; its kernel thread is not resumed yet.</returns>
    public Handle<PosixThread> Fork(Handle<PosixThread> caller, int strand)
    {
        Handle<Process> parent = Thread(caller).Process;
        Handle<Process> child = Create(strand, parent);
        this[child].Actions = processes[parent].Actions;
        PlantInherited(parent, child);
        this[child].Bindings = processes[parent].Bindings;
        Files.Inherit(parent, child);

        Handle<PosixThread> thread = CreateThread(child, strand, ThreadOrigin.Fork);
        bool forgets = world.Has(Defect.ForkForgetsMask);
        Thread(thread).Mask = forgets && system.Protocol.IsMonolithic ? (ushort)0 : Thread(caller).Mask;
        world.Threads[Thread(thread).Kernel].ForkMask = forgets ? (ushort)0 : world.Threads[Thread(caller).Kernel].ForkMask;
        system.Ledger.Forked(threads[caller].Strand, strand);
        return thread;
    }

    /// <summary>Creates a thread of the caller's process at run time (Process::clone): it shares universe, file table and
    /// actions, has page, posix lane and queue of its own, the caller's mask and no pending signals.</summary>
    /// <param name="caller">The thread that clones.</param>
    /// <param name="strand">Strand of the new thread.</param>
    /// <returns>The thread, its kernel thread not resumed yet; none when there are too many.</returns>
    public Handle<PosixThread> Clone(Handle<PosixThread> caller, int strand)
    {
        Handle<Process> process = Thread(caller).Process;
        world.Reads(ObjectKind.Universe, processes[process].Universe.Index);
        if (!HasRoomForThread(process))
        {
            return default;
        }

        Handle<PosixThread> thread = CreateThread(process, strand, ThreadOrigin.Clone);
        Thread(thread).Mask = world.Has(Defect.CloneForgetsMask) ? (ushort)0 : Thread(caller).Mask;
        system.Ledger.Signals.Cloned(threads[caller].Strand, strand);
        return thread;
    }

    /// <summary>Whether a process can have a further thread; an observer's look.</summary>
    /// <param name="strand">Strand of its main thread.</param>
    /// <returns>False when a table is full, or when the process is about to end or other threads of it may have made
    /// room.</returns>
    internal bool HasRoomForThread(int strand)
    {
        for (int index = 0; index < processes.HighWater; index++)
        {
            if (processes.IsLiveAt(index) && processes.At(index).Strand == strand)
            {
                ref Process process = ref processes.At(index);
                return process.State == ProcessState.Alive && process.ThreadCount == 1
                    && HasRoomForThread(processes.HandleAt(index));
            }
        }

        return false;
    }

    private bool HasRoomForThread(Handle<Process> process)
    {
        int descriptors = world.Universes[processes[process].Universe].DescriptorCount;
        return descriptors + DescriptorsPerThread <= Universe.MaxDescriptors && world.Threads.HasRoom;
    }

    /// <summary>The process of a strand, while it exists.</summary>
    /// <param name="strand">Strand of its main thread.</param>
    /// <returns>The process, or none.</returns>
    public Handle<Process> FindProcess(int strand)
    {
        world.Reads(ObjectKind.Strand, (uint)strand);
        for (int index = 0; index < processes.HighWater; index++)
        {
            if (processes.IsLiveAt(index) && processes.At(index).Strand == strand
                && processes.At(index).State != ProcessState.Retired)
            {
                return processes.HandleAt(index);
            }
        }

        return default;
    }

    /// <summary>The thread that runs a strand, while it exists.</summary>
    /// <param name="strand">The strand.</param>
    /// <returns>The thread, or none.</returns>
    public Handle<PosixThread> FindThread(int strand)
    {
        world.Reads(ObjectKind.Strand, (uint)strand);
        for (int index = 0; index < threads.HighWater; index++)
        {
            if (threads.IsLiveAt(index) && threads.At(index).Strand == strand)
            {
                return threads.HandleAt(index);
            }
        }

        return default;
    }

    /// <summary>Sends a signal (superSigKill).</summary>
    /// <param name="processStrand">Strand of the target process.</param>
    /// <param name="threadStrand">Strand of the target thread, or -1 for the process.</param>
    /// <param name="signal">Table index.</param>
    /// <returns>0 or ESRCH.</returns>
    public long Send(int processStrand, int threadStrand, int signal)
    {
        Handle<Process> process = FindProcess(processStrand);
        if (process.IsNone)
        {
            return (long)Errno.ESRCH;
        }

        if (threadStrand < 0)
        {
            if (world.Has(Defect.MainThreadEndSaysNoProcess) && FindThread(processStrand).IsNone)
            {
                return (long)Errno.ESRCH;
            }

            bool isForgotten = world.Has(Defect.SecondKillForgotten) && processes[process].ThreadCount > 1
                && (processes[process].Signals.Active >> signal & 1) != 0;
            if (!isForgotten)
            {
                system.Posix.Signals.IssueToProcess(process, signal);
            }

            return 0;
        }

        Handle<PosixThread> thread = FindThread(threadStrand);
        if (thread.IsNone || threads[thread].Process != process)
        {
            return (long)Errno.ESRCH;
        }

        system.Posix.Signals.IssueToThread(thread, signal);
        return 0;
    }

    /// <summary>Drops a signal from the queues of all threads of a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="only">The one thread, or none for all.</param>
    /// <param name="signal">Table index.</param>
    public void DiscardInThreads(Handle<Process> process, Handle<PosixThread> only, int signal)
    {
        for (int index = 0; index < threads.HighWater; index++)
        {
            bool isMeant = only.IsNone || index == (int)only.Index;
            if (!isMeant || !threads.IsLiveAt(index) || threads.At(index).Process != process)
            {
                continue;
            }

            ref PosixThread thread = ref Thread(threads.HandleAt(index));
            thread.Signals.Discard(signal);
            if (world.Has(Defect.ParkedSignalDroppedByIgnore) && thread.ParkedSignal == signal + 1)
            {
                thread.ParkedSignal = 0;
            }
        }
    }

    /// <summary>Ends a thread (Process::terminate): kills it, stops its serving coroutines and waits for them.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Terminate(Handle<PosixThread> thread)
    {
        Handle<KernelThread> kernel = Thread(thread).Kernel;
        await world.WritePoint(PointKind.KillThread, ObjectKind.Thread, kernel.Index);
        world.Counters.ServerEntries++;
        bool isRelied = system.Has(Repairs.KilledRequestCancelled | Repairs.EndingRequestCancelled);
        FileRequest request = FileRequest.InFlight(world, kernel, isRelied);
        EndKernelThread(thread);
        // Window T3: Corpus/windows/read-of-killed-thread.scn
        await system.Sides.Signals.RequestAbandoned(system, thread, request);
        await system.Sides.Signals.ThreadKilled(system, thread);
        await StopServing(thread);
        Remove(thread);
        return default;
    }

    /// <summary>Stops the serving coroutines of a thread that was killed and waits for them; a request that it is making is
    /// served to its end.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> StopServing(Handle<PosixThread> thread)
    {
        Thread(thread).IsInTermination = true;
        system.Sides.Signals.ThreadEnds(system, thread);
        system.Posix.Requests.ThreadEnds(thread);
        world.Events.CancelSource(Thread(thread).Generation);
        world.Lanes.Shutdown(Thread(thread).PosixLane);
        while (!Thread(thread).AreSignalsDone || !Thread(thread).AreRequestsDone)
        {
            await world.Events.Wait(ref Thread(thread).DoneBell, CancelToken.None);
        }

        return default;
    }

    /// <summary>Ends a process whose calling thread has ended (ThreadGroup::terminateGroup): its other threads are told to
    /// end.</summary>
    /// <param name="process">The process.</param>
    /// <param name="status">Wait status.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> TerminateGroup(Handle<Process> process, int status)
    {
        if (this[process].State != ProcessState.Alive)
        {
            return default;
        }

        this[process].State = ProcessState.Ending;
        this[process].Status = status;
        while (true)
        {
            for (int index = 0; index < threads.HighWater; index++)
            {
                if (!threads.IsLiveAt(index) || threads.At(index).Process != process || threads.At(index).IsForcedToEnd)
                {
                    continue;
                }

                Handle<PosixThread> thread = threads.HandleAt(index);
                Thread(thread).IsForcedToEnd = true;
                system.Posix.Observations.Suspensions.ToldToEnd(thread);
                system.Sides.Signals.ThreadEnds(system, thread);
                await world.WritePoint(PointKind.InterruptThread, ObjectKind.Thread, Thread(thread).Kernel.Index);
                world.Counters.ServerEntries++;
                world.Threads.Interrupt(Thread(thread).Kernel);
            }

            if (this[process].ThreadCount == 0)
            {
                break;
            }

            await world.Events.Wait(ref this[process].TerminationBell, CancelToken.None);
        }

        Finish(process);
        return default;
    }

    /// <summary>The last act of a process without threads: files, children, notification of the parent.</summary>
    /// <param name="process">The process.</param>
    public void Finish(Handle<Process> process)
    {
        world.Note(NoteKind.ProcessExit, processes[process].Strand, processes[process].Status);
        Files.DetachAll(process);
        world.Universes.Destroy(processes[process].Universe);
        Children.ProcessEnded(process);
        SettleEnd(process);
    }

    /// <summary>The end of a process is visible: nothing of its threads is left to wait for.</summary>
    private void SettleEnd(Handle<Process> process)
    {
        for (int strand = 0; strand < system.Scenario.StrandCount && world.Gates.WatchesSettled; strand++)
        {
            bool isMeant = system.Scenario.StrandAt(strand).IsActor
                && system.Scenario.StrandAt(strand).Process == processes[process].Strand
                && !world.Threads.OfStrand(strand).IsNone;
            if (isMeant)
            {
                world.Gates.SetSettled(strand, isSettled: true);
            }
        }
    }

    /// <summary>Ends a thread's kernel thread and tells the ledger.</summary>
    /// <param name="thread">The thread.</param>
    public void EndKernelThread(Handle<PosixThread> thread)
    {
        system.Ledger.ThreadEnded(Thread(thread).Strand);
        world.Gates.SetSettled(Thread(thread).Strand, isSettled: false);
        world.Threads.Kill(Thread(thread).Kernel);
    }

    /// <summary>Takes an ended thread out of its process.</summary>
    /// <param name="thread">The thread.</param>
    public void Remove(Handle<PosixThread> thread)
    {
        Handle<Process> process = Thread(thread).Process;
        world.Events.FreeSource(Thread(thread).Generation);
        system.Sides.Signals.ThreadEnded(system, thread);
        Files.LanesLeft(Thread(thread).Process);
        int strand = threads[thread].Strand;
        world.Writes(ObjectKind.Strand, (uint)strand);
        threads.Free(thread);
        this[process].ThreadCount--;
        if (processes[process].ThreadCount > 0)
        {
            world.Gates.SetSettled(strand, isSettled: true);
        }

        world.Events.Ring(ref this[process].TerminationBell);
    }

    /// <summary>What a child must not inherit, or not so; only planted defects do anything here.</summary>
    private void PlantInherited(Handle<Process> parent, Handle<Process> child)
    {
        if (world.Has(Defect.ForkInheritsPending))
        {
            this[child].Signals.Active = processes[parent].Signals.Active;
            this[child].Signals.Counts = processes[parent].Signals.Counts;
        }

        for (int signal = 0; signal + 1 < SignalTable.Count && world.Has(Defect.ForkShiftsActions); signal++)
        {
            this[child].Actions[signal] = processes[parent].Actions[signal + 1];
        }
    }
}
