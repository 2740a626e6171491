// The oracle judges what the ledger alone cannot see: liveness at every idle, before time jumps, and balances at the end of a
// run. It looks at kernel objects and at pending signals, as an all-seeing observer may, but only where no party can change
// them any more.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>Judges a run.</summary>
public sealed class Oracle : IIdleJudge
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly WaitJudge waits;

    internal Oracle(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        waits = new WaitJudge(system);
    }

    /// <inheritdoc/>
    public void JudgeIdle()
    {
        if (!system.Ledger.IsEnabled)
        {
            return;
        }

        // An observer touches nothing: what it looks at is no access of the step before.
        bool logs = world.Log.IsEnabled;
        world.Log.IsEnabled = false;
        system.Ledger.IsJudgingIdle = true;
        system.Lemmas.JudgeIdle();
        Slab<PosixThread> threads = system.Posix.Processes.Threads;
        for (int index = 0; index < threads.HighWater; index++)
        {
            if (threads.IsLiveAt(index))
            {
                JudgeThread(threads.HandleAt(index));
            }
        }

        JudgeEndingProcesses();
        system.Ledger.IsJudgingIdle = false;
        world.Log.IsEnabled = logs;
    }

    /// <summary>Judges the end of a run.</summary>
    public void JudgeEnd()
    {
        if (world.Arena.HasReusedHandle())
        {
            world.Panic(PanicCode.HandleReused);
        }

        if (world.PanicCode != PanicCode.None)
        {
            bool isCompletion = world.PanicCode == PanicCode.UnexpectedCompletion;
            int strand = system.StrandOfParty(world.Scheduler.Current);
            int call = strand < 0 ? -1 : system.Ledger[strand].Call - 1;
            system.Ledger.Violate(isCompletion ? Invariant.Completion : Invariant.Panic, strand, call);
        }
        else if (world.Scheduler.IsOutOfSteps)
        {
            system.Ledger.Violate(Invariant.Progress, -1, -1);
        }
        else if (system.Ledger.IsEnabled && system.Ledger.Violation.IsNone)
        {
            system.Ledger.IsJudgingIdle = true;
            JudgeBlockedCalls();
            JudgeBytes();
            JudgeLeaks();
            system.Ledger.IsJudgingIdle = false;
        }
    }

    private void JudgeThread(Handle<PosixThread> handle)
    {
        ref PosixThread thread = ref system.Posix.Processes.Threads[handle];
        ref KernelThread kernel = ref world.Threads[thread.Kernel];
        int call = system.Ledger[thread.Strand].Call - 1;
        if (kernel.State is ThreadState.Dead or ThreadState.New)
        {
            return;
        }

        if (kernel.GuardNesting > 0 && (kernel.GuardFlag == 2) != (thread.ParkedSignal != 0))
        {
            system.Ledger.Violate(Invariant.Flag, thread.Strand, call);
        }
        else if (HasDueSignal(handle) && IsJudged(call) && !IsExcused(handle, call))
        {
            system.Ledger.Violate(Invariant.Liveness, thread.Strand, call);
        }
        else if (kernel.State == ThreadState.Blocked && world.Queues.HasUnread(kernel.Queue))
        {
            system.Ledger.Violate(Invariant.Completion, thread.Strand, call);
        }
        else if (kernel.State == ThreadState.Stopped && !kernel.IsWaitingInCall && !thread.IsInTermination)
        {
            system.Ledger.Violate(Invariant.Liveness, thread.Strand, call);
        }
        else if (waits.IsOverdue(thread))
        {
            system.Ledger.Violate(Invariant.Completion, thread.Strand, call);
        }
    }

    /// <summary>The ledger is asked as well, because a server that has lost a signal would say that there is none.</summary>
    private bool HasDueSignal(Handle<PosixThread> handle)
    {
        ref PosixThread thread = ref system.Posix.Processes.Threads[handle];
        return thread.ParkedSignal != 0 || system.Posix.Signals.HasDeliverable(handle)
            || system.Ledger.Signals.Owed(thread.Strand) != 0;
    }

    /// <summary>A server that never looks whether its read is to end cannot be made to, so where the protocol frees those who are
    /// to die, the others may wait for it, and those who are to die as long as the grace lasts.</summary>
    private bool IsExcused(Handle<PosixThread> handle, int call)
    {
        if (call < 0 || !system.Has(Repairs.FatalAfterGrace) || !IsReadOfDeaf(system.Program.CallAt(call)))
        {
            return false;
        }

        ref PosixThread thread = ref system.Posix.Processes.Threads[handle];
        bool isFatal = (thread.ParkedSignal != 0 && thread.ParkedHandling.IsFatal)
            || system.Posix.Signals.FatalPending(handle) >= 0;
        return !isFatal || (thread.Grace != 0 && world.Timers.CanPass);
    }

    private bool IsReadOfDeaf(in Call call) => call.Kind == CallKind.Read && call.Argument0 >= 0
        && system.Program.ResourceAt(call.Argument0).Behaviour == FileBehaviour.Deaf;

    private bool IsJudged(int call)
    {
        if (call < 0)
        {
            return true;
        }

        CallKind kind = system.Program.CallAt(call).Kind;
        return system.JudgesAllCalls
            ? CallTable.Of(kind).IsInterruptible
            : system.Protocol.IsWired(kind) || !CallTable.Of(kind).IsBlocking;
    }

    private void JudgeEndingProcesses()
    {
        Slab<Process> processes = system.Posix.Processes.All;
        for (int index = 0; index < processes.HighWater; index++)
        {
            if (processes.IsLiveAt(index) && processes.At(index).State == ProcessState.Ending)
            {
                JudgeEndingProcess(processes.HandleAt(index));
            }
        }
    }

    private void JudgeEndingProcess(Handle<Process> process)
    {
        Slab<PosixThread> threads = system.Posix.Processes.Threads;
        for (int index = 0; index < threads.HighWater; index++)
        {
            if (!threads.IsLiveAt(index) || threads.At(index).Process != process)
            {
                continue;
            }

            int call = system.Ledger[threads.At(index).Strand].Call - 1;
            if (IsJudged(call))
            {
                system.Ledger.Violate(Invariant.Liveness, threads.At(index).Strand, call);
            }
        }
    }

    private void JudgeBlockedCalls()
    {
        for (int strand = 0; strand < system.Program.StrandCount; strand++)
        {
            ref StrandEntry entry = ref system.Ledger[strand];
            if (entry.Call == 0 || entry.HasEnded)
            {
                continue;
            }

            AllowedResults allowed = system.Program.CallAt(entry.Call - 1).Allowed;
            Handle<PosixThread> thread = system.Posix.Processes.FindThread(strand);
            bool isExcused = !thread.IsNone && HasDueSignal(thread) && IsExcused(thread, entry.Call - 1);
            if (allowed.IsSpecified && !allowed.AllowsBlocked && !isExcused)
            {
                system.Ledger.Violate(Invariant.Allowed, strand, entry.Call - 1);
            }
        }
    }

    private void JudgeBytes()
    {
        if (system.Ledger.HasThreadEndedInCall || HasHandlerInsideCall())
        {
            return;
        }

        Slab<Pipe> pipes = system.Files.Pipes;
        for (int index = 0; index < pipes.HighWater; index++)
        {
            ref Pipe pipe = ref pipes.At(index);
            ref StreamEntry stream = ref system.Ledger.Stream(pipe.Stream);
            if (pipe.Head != stream.Delivered || pipe.Tail != stream.Written)
            {
                system.Ledger.Violate(Invariant.Bytes, -1, system.FirstCallOn(pipe.Resource));
            }
        }

        Slab<Device> devices = system.Files.Devices;
        for (int index = 0; index < devices.HighWater; index++)
        {
            ref Device device = ref devices.At(index);
            if (!device.IsGone && device.Head != system.Ledger.Stream(device.Stream).Delivered)
            {
                system.Ledger.Violate(Invariant.Bytes, -1, system.FirstCallOn(device.Resource));
            }
        }
    }

    /// <summary>A call that a handler interrupts may have moved bytes that its own return has not reported yet.</summary>
    private bool HasHandlerInsideCall()
    {
        for (int strand = 0; strand < system.Program.StrandCount; strand++)
        {
            Handle<KernelThread> thread = world.Threads.OfStrand(strand);
            if (world.Threads.All.IsLive(thread) && world.Threads[thread].ActivationDepth > 1)
            {
                return true;
            }
        }

        return false;
    }

    private void JudgeLeaks()
    {
        bool leaksDescriptor = !system.Protocol.IsMonolithic
            && (LeaksDescriptor(system.Posix.Universe) || AnyFileServerLeaksDescriptor());
        if (leaksDescriptor || LeaksAfterAll() || (system.Protocol.IsMonolithic && LeaksCancelSource()))
        {
            system.Ledger.Violate(Invariant.Leak, -1, -1);
        }
        else if (LeaksCancelSource())
        {
            system.Ledger.Violate(Invariant.Registry, -1, -1);
        }
    }

    /// <summary>What a dead server had is not its to give back.</summary>
    private bool AnyFileServerLeaksDescriptor()
    {
        bool leaks = false;
        for (int number = 0; number < Core.Program.MaximumServers; number++)
        {
            FileServer server = system.FileServers[number];
            leaks |= server.IsRunning && LeaksDescriptor(server.Dispatcher.Universe);
        }

        return leaks;
    }

    /// <summary>When every thread has ended between two calls, no file is open any more and, where there is no server that waits
    /// for more, no event, cancel source or timer is left. A thread that was killed in a call leaves its wait behind by
    /// design: nobody unwinds it.</summary>
    private bool LeaksAfterAll()
    {
        bool hasRun = system.Posix.Processes.All.HighWater > 0;
        if (!hasRun || system.Posix.Processes.Threads.LiveCount > 0 || system.Ledger.HasThreadEndedInCall)
        {
            return false;
        }

        bool leaksWait = world.Events.LiveEvents > 0 || world.Events.LiveSources > 0 || world.Timers.HasArmed;
        return system.Files.Files.LiveCount > 0 || (system.Protocol.IsMonolithic && leaksWait);
    }

    /// <summary>A server holds a descriptor only as long as it waits for the object: at the end of a run nothing else is under
    /// way.</summary>
    private bool LeaksDescriptor(Handle<Universe> universe)
    {
        int awaited = 0;
        Slab<Operation> operations = world.Lanes.Operations;
        for (int index = 0; index < operations.HighWater; index++)
        {
            bool isAwait = operations.IsLiveAt(index) && operations.At(index).Kind == OperationKind.AwaitEvent;
            awaited += isAwait && operations.At(index).Universe == universe ? 1 : 0;
        }

        return world.Universes[universe].DescriptorCount > awaited;
    }

    /// <summary>Each thread has one source for its end, each call that is still blocked at most two of its own.</summary>
    private bool LeaksCancelSource()
    {
        int allowed = system.Posix.Epochs.LiveCount;
        Slab<PosixThread> threads = system.Posix.Processes.Threads;
        for (int index = 0; index < threads.HighWater; index++)
        {
            if (threads.IsLiveAt(index))
            {
                allowed += 1 + (2 * system.Ledger[threads.At(index).Strand].Depth);
            }
        }

        return world.Events.LiveSources > allowed;
    }
}
