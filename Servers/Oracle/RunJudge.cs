// The oracle judges what the ledger alone cannot see: liveness at every idle, before time jumps, and balances at the end of a
// run. It looks at kernel objects and at pending signals, as an all-seeing observer may, but only where no party can change
// them any more. Start here; what is overdue is judged by WaitJudge, what has lost its owner by OwnerJudge, what is left over
// at the end by LeakJudge.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Judges a run.</summary>
public sealed class RunJudge : IIdleJudge
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly WaitJudge waits;
    private readonly OwnerJudge owners;
    private readonly LeakJudge leaks;

    internal RunJudge(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        waits = new WaitJudge(system);
        owners = new OwnerJudge(system);
        leaks = new LeakJudge(system);
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
        system.Ledger.Files.Settle();
        system.Ledger.Children.Settle();
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
        JudgeChildren();
        owners.Judge();
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
            int strand = system.Parties.StrandOf(world.Scheduler.Current);
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
            leaks.Judge();
            system.Ledger.IsJudgingIdle = false;
        }
    }

    private void JudgeThread(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref system.Posix.Processes.Threads[thread];
        ref KernelThread kernel = ref world.Threads[state.Kernel];
        int call = system.Ledger[state.Strand].Call - 1;
        if (kernel.State is KernelThreadState.Dead or KernelThreadState.New)
        {
            return;
        }

        if (kernel.GuardNesting > 0 && (kernel.GuardFlag == 2) != (state.ParkedSignal != 0))
        {
            system.Ledger.Violate(Invariant.Flag, state.Strand, call);
        }
        else if (HasDueSignal(thread) && IsJudged(call) && !IsExcused(thread, call))
        {
            system.Ledger.Violate(Invariant.Liveness, state.Strand, call);
        }
        else if (kernel.State == KernelThreadState.Blocked && world.Queues.HasUnread(kernel.Queue))
        {
            system.Ledger.Violate(Invariant.Completion, state.Strand, call);
        }
        else if (kernel.State == KernelThreadState.Stopped && !kernel.IsWaitingInCall && !state.IsInTermination)
        {
            system.Ledger.Violate(Invariant.Liveness, state.Strand, call);
        }
        else if (waits.IsOverdue(state))
        {
            system.Ledger.Violate(Invariant.Completion, state.Strand, call);
        }
    }

    /// <summary>The ledger is asked as well, because a server that has lost a signal would say that there is none.</summary>
    private bool HasDueSignal(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref system.Posix.Processes.Threads[thread];
        return state.ParkedSignal != 0 || system.Posix.Signals.HasDeliverable(thread)
            || system.Ledger.Signals.Owed(state.Strand) != 0;
    }

    /// <summary>A server that never looks whether its read is to end cannot be made to. Where the protocol says so, the others
    /// may wait for it, and those who are to die only so long. How long they have is the oracle's own account, from the first
    /// idle on.</summary>
    private bool IsExcused(Handle<PosixThread> thread, int call)
    {
        bool isLimit = (system.Protocol.Limits & Limits.DeafServers) != 0;
        if (call < 0 || !isLimit || !IsReadOfDeaf(system.Scenario.CallAt(call)))
        {
            return false;
        }

        ref PosixThread state = ref system.Posix.Processes.Threads[thread];
        ref StrandEntry entry = ref system.Ledger[state.Strand];
        bool isFatal = (state.ParkedSignal != 0 && state.ParkedHandling.IsFatal)
            || system.Posix.Signals.FatalPending(thread) >= 0;
        if (!isFatal)
        {
            entry.FatalSinceTicks = StrandEntry.NotFatal;
            return true;
        }

        long now = world.Timers.NowTicks;
        entry.FatalSinceTicks = entry.FatalSinceTicks == StrandEntry.NotFatal ? now : entry.FatalSinceTicks;
        return world.Timers.CanPass && now < entry.FatalSinceTicks + LimitTicks.FatalGrace;
    }

    private bool IsReadOfDeaf(in Call call) => call.Kind == CallKind.Read && call.Argument0 >= 0
        && system.Scenario.ResourceAt(call.Argument0).Behaviour == FileBehaviour.Deaf;

    private bool IsJudged(int call)
    {
        if (call < 0)
        {
            return true;
        }

        CallKind kind = system.Scenario.CallAt(call).Kind;
        if ((system.Protocol.Limits & Limits.Interruption) != 0 && CallTable.Of(kind).IsBlocking)
        {
            return false;
        }

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
        if (IsHeldUp())
        {
            return;
        }

        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            ref StrandEntry entry = ref system.Ledger[strand];
            if (entry.Call == 0 || entry.HasEnded)
            {
                continue;
            }

            AllowedResults allowed = system.Scenario.CallAt(entry.Call - 1).Allowed;
            Handle<PosixThread> thread = system.Posix.Processes.FindThread(strand);
            bool isExcused = !thread.IsNone && HasDueSignal(thread) && IsExcused(thread, entry.Call - 1);
            if (allowed.IsSpecified && !allowed.AllowsBlocked && !isExcused)
            {
                system.Ledger.Violate(Invariant.Allowed, strand, entry.Call - 1);
            }
        }
    }

    /// <summary>Where calls that are not interrupted are a declared limit: whether a signal waits for one, so that others may
    /// wait for it, too, and for what its thread would do next.</summary>
    private bool IsHeldUp()
    {
        const Limits Waits = Limits.UnwiredCalls | Limits.Interruption;
        bool isHeldUp = false;
        Slab<PosixThread> threads = system.Posix.Processes.Threads;
        for (int index = 0; (system.Protocol.Limits & Waits) != 0 && index < threads.HighWater; index++)
        {
            int call = threads.IsLiveAt(index) ? system.Ledger[threads.At(index).Strand].Call - 1 : -1;
            isHeldUp |= call >= 0 && !IsJudged(call) && HasDueSignal(threads.HandleAt(index));
        }

        return isHeldUp;
    }

    /// <summary>What is in each stream is what calls have reported, give or take what calls that have not returned may have
    /// moved: a write that waits for room, and a read that a handler interrupts or that never returns.</summary>
    private void JudgeBytes()
    {
        Slab<Pipe> pipes = system.Files.Pipes;
        for (int index = 0; index < pipes.HighWater; index++)
        {
            ref Pipe pipe = ref pipes.At(index);
            ref StreamEntry stream = ref system.Ledger.Files.Stream(pipe.Stream);
            bool isRight = IsWithin(pipe.Head, stream.Delivered, pipe.Stream, CallKind.Read)
                && IsWithin(pipe.Tail, stream.Written, pipe.Stream, CallKind.Write);
            if (!isRight)
            {
                system.Ledger.Violate(Invariant.Bytes, -1, system.FirstCallOn(pipe.Resource));
            }
        }

        Slab<Device> devices = system.Files.Devices;
        for (int index = 0; index < devices.HighWater; index++)
        {
            ref Device device = ref devices.At(index);
            if (!device.IsGone
                && !IsWithin(device.Head, system.Ledger.Files.Stream(device.Stream).Delivered, device.Stream, CallKind.Read))
            {
                system.Ledger.Violate(Invariant.Bytes, -1, system.FirstCallOn(device.Resource));
            }
        }
    }

    private bool IsWithin(uint position, uint reported, int stream, CallKind kind)
    {
        if (position == reported)
        {
            return true;
        }

        return position > reported && position - reported <= PendingBytes(stream, kind);
    }

    /// <summary>Bytes that calls which have not returned may have moved. A number may have stood for several files; then they
    /// count for each.</summary>
    private uint PendingBytes(int stream, CallKind kind)
    {
        uint bytes = 0;
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            for (int level = 0; level < PendingCalls.Levels && system.Ledger[strand].HasBegun; level++)
            {
                PendingCall pending = system.Ledger.Calls[strand, level];
                if (pending.Call != 0 && system.Scenario.CallAt(pending.Call - 1).Kind == kind
                    && MayHaveMoved(strand, level, pending, stream))
                {
                    bytes += (uint)system.Scenario.CallAt(pending.Call - 1).Argument1;
                }
            }
        }

        return bytes;
    }

    private bool MayHaveMoved(int strand, int level, PendingCall pending, int stream)
    {
        ref FileAccount account = ref system.Ledger.Files[system.Scenario.StrandAt(strand).Process];
        bool isMeant = account.IsUnknown || account.ChangesInFlight > 0 || pending.Number < 0
            || (account.EverStreams[pending.Number] >> stream & 1) != 0;
        bool isWaiting = system.Scenario.CallAt(pending.Call - 1).Kind == CallKind.Read && !system.Ledger[strand].HasEnded
            && level == system.Ledger[strand].Depth - 1
            && system.Ledger[strand].CallLevel == world.Threads[world.Threads.OfStrand(strand)].ActivationDepth;
        return isMeant && !isWaiting;
    }

    /// <summary>At idle the end of a child is visible: its parent was told, or can be. Who may have taken it and not said so
    /// yet is a call of waitpid that a handler interrupts, or whose thread has ended.</summary>
    private void JudgeChildren()
    {
        for (int parent = 0; parent < system.Scenario.StrandCount; parent++)
        {
            if (!system.Scenario.StrandAt(parent).IsProcess || system.Ledger.Children.HasEnded(parent))
            {
                continue;
            }

            int lost = 0;
            int first = -1;
            for (uint rest = system.Ledger.Children.Waitable(parent, named: -1); rest != 0; rest &= rest - 1)
            {
                int child = System.Numerics.BitOperations.TrailingZeroCount(rest);
                if (!system.Posix.Processes.Children.CanBeWaitedFor(parent, child))
                {
                    lost++;
                    first = first < 0 ? child : first;
                }
            }

            if (lost > CountUnsaidWaits(parent))
            {
                system.Ledger.Violate(Invariant.Child, first, -1);
            }
            else if (IsChildSignalMissing(parent))
            {
                system.Ledger.Violate(Invariant.Raise, parent, -1);
            }
        }
    }

    private int CountUnsaidWaits(int parent)
    {
        int count = 0;
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (!system.Ledger[strand].HasBegun || system.Scenario.StrandAt(strand).Process != parent)
            {
                continue;
            }

            for (int level = 0; level < PendingCalls.Levels; level++)
            {
                PendingCall pending = system.Ledger.Calls[strand, level];
                bool isWait = pending.Call != 0 && system.Scenario.CallAt(pending.Call - 1).Kind == CallKind.Waitpid;
                bool isTop = !system.Ledger[strand].HasEnded && level == system.Ledger[strand].Depth - 1
                    && system.Ledger[strand].CallLevel == world.Threads[world.Threads.OfStrand(strand)].ActivationDepth;
                count += isWait && !isTop ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>Each end of a child sends its parent SIGCHLD, unless the parent forgets its children.</summary>
    private bool IsChildSignalMissing(int parent)
    {
        int ended = System.Numerics.BitOperations.PopCount(system.Ledger.Children.Announced(parent));
        return ended > system.Ledger.Signals.SendsTo(parent, SignalTable.IndexOf(SignalNumber.Chld));
    }
}
