// The baseline: one address space, no messages. A call does its work on the caller's own party; a signal sets a flag, cancels
// what the thread waits for, and is delivered on the way out of the kernel or at the next point of user code. Check and wait
// are one step under a lock, so there is nothing to race with. A call that was woken without any handler to run starts over,
// as in Linux.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Baseline;

/// <summary>System calls of a monolithic kernel.</summary>
public sealed class MonolithicKernel : ISystemCalls
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly FileCalls files;
    private readonly TimedWaits waits;
    private readonly ThreadTable<MonolithicThread> threads;

    internal MonolithicKernel(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        files = new FileCalls(system);
        waits = new TimedWaits(system, files);
        threads = ThreadTable<MonolithicThread>.OfPosixThreads(system);
    }

    private Processes Processes => system.Posix.Processes;

    /// <summary>Planted defects that wake a call without a signal; starting over would hide them.</summary>
    private bool HasSpuriousWake => world.Has(Defect.CancelReachesNeighbour) || world.Has(Defect.IgnoredSignalInterrupts)
        || world.Has(Defect.FlagNotReset);

    /// <summary>Planted defects that forget to look for further signals.</summary>
    private bool ForgetsPending => world.Has(Defect.OneSignalPerObservation) || world.Has(Defect.NoCheckAfterHandler);

    /// <inheritdoc/>
    public ModelTask<Unit> BeginThread(Handle<KernelThread> thread, bool isHandler) => default;

    /// <inheritdoc/>
    public async ModelTask<Unit> EndActivation(Handle<KernelThread> thread, bool isHandler)
    {
        await world.WritePoint(PointKind.KernelEnter, ObjectKind.Thread, thread.Index);
        world.Counters.UserEntries++;
        Handle<PosixThread> self = Self(thread);
        if (!isHandler)
        {
            return await EndThread(self);
        }

        system.PopHandler(self);
        NoticePending(self);

        return default;
    }

    /// <inheritdoc/>
    public bool TakeAttention(Handle<KernelThread> thread)
    {
        Handle<PosixThread> self = Self(thread);
        world.Scheduler[world.Threads[thread].Party].HasAttention = false;
        if (!OwnOf(self).CallSource.IsNone)
        {
            return false;
        }

        world.Scheduler.BeginStep(PointKind.TakeInterrupt, ObjectKind.Thread, thread.Index, isWrite: true);
        world.Gates.Pass(world.Threads[thread].Party);
        if (Processes.Thread(self).IsForcedToEnd)
        {
            Finish(self);
            return true;
        }

        int signal = FetchDeliverable(self, out SignalHandling handling);
        if (signal < 0)
        {
            return false;
        }

        if (handling.Action.Disposition == SignalDisposition.Ignore)
        {
            system.Ledger.SignalDropped(Processes.Thread(self).Strand);
            return false;
        }

        if (handling.IsFatal || !system.TryPushHandler(self, signal, handling.Action.Flags))
        {
            EndProcess(self, -(int)SignalTable.NumberAt(signal));
            Finish(self);
            return true;
        }

        NoticePending(self);
        return true;
    }

    /// <inheritdoc/>
    public void AfterRun(Handle<KernelThread> thread)
    {
        Handle<PosixThread> self = Self(thread);
        if (self.IsNone)
        {
            return;
        }

        if (Processes.Threads[self].IsInTermination)
        {
            Finish(self);
            return;
        }

        if (threads.At(self.Index).IsExecuting)
        {
            StartImage(self);
            return;
        }

        int party = world.Threads[thread].Party;
        ref Party state = ref world.Scheduler[party];
        if (state.Continuation != 0 || !world.Threads.TopActivation(thread).IsStarted)
        {
            return;
        }

        world.Reads(ObjectKind.Inbox, (uint)party);
        if (state.IsInboxEmpty && !state.HasAttention)
        {
            world.Scheduler.Disable(party);
            world.Threads.SetWaitingInCall(thread, true);
        }
    }

    /// <inheritdoc/>
    public async ModelTask<CallResult> Invoke(Handle<KernelThread> thread, Call call)
    {
        Handle<PosixThread> self = Self(thread);
        ushort handlersBefore = system.Ledger[Processes.Thread(self).Strand].HandlersRun;
        ushort restartingBefore = system.Ledger[Processes.Thread(self).Strand].RestartingHandlers;
        long deadlineTicks = OneshotEvents.NoDeadline;
        while (true)
        {
            await world.WritePoint(PointKind.KernelEnter, ObjectKind.Thread, thread.Index);
            world.Counters.UserEntries++;
            if (deadlineTicks == OneshotEvents.NoDeadline || world.Has(Defect.RestartWaitsFullTime))
            {
                deadlineTicks = waits.DeadlineOf(call);
            }

            CallResult result = await Perform(self, call, deadlineTicks);
            system.Ledger.OutcomeTaken(Processes.Thread(self).Strand);
            if (result.Value < 0 && world.Has(Defect.ErrorBecomesInterrupted) && system.Posix.Signals.HasDeliverable(self))
            {
                result = Status(Errno.EINTR);
            }

            bool isHandled = await LeaveKernel(thread, self, call.Kind);
            int handlers = (ushort)(system.Ledger[Processes.Thread(self).Strand].HandlersRun - handlersBefore);
            int restarting = (ushort)(system.Ledger[Processes.Thread(self).Strand].RestartingHandlers - restartingBefore);
            bool restarts = !isHandled ? !HasSpuriousWake : MayRestart(handlers, restarting, call.Kind);
            if (result.Value != -(long)Errno.EINTR || !restarts)
            {
                return result;
            }

            system.Ledger.CallStartsOver(Processes.Thread(self).Strand);
        }
    }

    private bool MayRestart(int handlers, int restarting, CallKind kind)
    {
        bool isAllowed = world.Has(Defect.RestartForOneOfSeveral) ? restarting > 0 : handlers == restarting;
        return isAllowed && Profiles.Restarts(system.Profile, kind) && !world.Has(Defect.RestartForgotten);
    }

    /// <summary>A signal was issued: chooses who is to notice it. Kernel code on the sender's party.</summary>
    /// <param name="process">Process of the target.</param>
    /// <param name="thread">The target thread, or none for the process.</param>
    /// <param name="signal">Table index.</param>
    public void SignalIssued(Handle<Process> process, Handle<PosixThread> thread, int signal)
    {
        Handle<PosixThread> target = thread.IsNone ? ChooseTarget(process, signal) : thread;
        bool isUnblocked = !target.IsNone && (Processes.Thread(target).Mask >> signal & 1) == 0;
        if (system.Posix.Signals.IsIgnored(process, signal) && !world.Has(Defect.IgnoredSignalInterrupts))
        {
            if (isUnblocked)
            {
                system.Posix.Signals.Drop(target, signal);
            }

            return;
        }

        if (isUnblocked)
        {
            Attend(target);
            if (world.Has(Defect.CancelReachesNeighbour))
            {
                AttendNeighbour(target);
            }
        }
    }

    private async ModelTask<CallResult> Perform(Handle<PosixThread> self, Call call, long deadlineTicks)
    {
        if (OwnOf(self).CallSource.IsNone)
        {
            OwnOf(self).CallSource = world.Events.CreateSource(Processes.Thread(self).Kernel.Index);
        }

        if (ForgetsPending)
        {
            return await Dispatch(self, call, deadlineTicks, new CancelToken(OwnOf(self).CallSource));
        }

        if (system.Posix.Signals.HasDeliverable(self) || Processes.Thread(self).IsForcedToEnd)
        {
            CancelCall(self);
        }

        return await Dispatch(self, call, deadlineTicks, new CancelToken(OwnOf(self).CallSource));
    }

    private async ModelTask<CallResult> Dispatch(
        Handle<PosixThread> self, Call call, long deadlineTicks, CancelToken token)
    {
        Handle<Process> process = Processes.Thread(self).Process;
        switch (call.Kind)
        {
            case CallKind.Pipe:
                return files.Pipe(process, call);
            case CallKind.Read or CallKind.Write:
                return await files.Transfer(self, call, token);
            case CallKind.Close:
                return Status(Processes.Files.Detach(process, files.NumberOf(process, call.Argument0)) ? default : Errno.EBADF);
            case CallKind.Kill:
                return new CallResult(-Processes.Send(call.Argument0, -1, call.Argument1), default);
            case CallKind.Tgkill:
                return new CallResult(-Processes.Send(call.Argument0, call.Argument1, call.Argument2), default);
            case CallKind.Sigaction:
                return Status(system.Posix.Signals.ChangeAction(
                    self, call.Argument0, (SignalDisposition)call.Argument1, (SignalActionFlags)call.Argument2));
            case CallKind.Sigprocmask:
                ChangeMask(self, (MaskChange)call.Argument0, call.Mask1);
                return default;
            case CallKind.Sigsuspend:
                return await Sigsuspend(self, call.Mask0, token);
            case CallKind.Pause when world.Has(Defect.PauseUnblocksAll):
                return await Sigsuspend(self, 0, token);
            case CallKind.Pause:
                await world.Events.WaitForCancel(token);
                return Status(Errno.EINTR);
            case CallKind.Fork:
                return Fork(self, call.Output0);
            case CallKind.Exit:
                EndProcess(self, call.Argument0);
                await EndThread(self);
                return default;
            case CallKind.Exec:
                return await Exec(self);
            case CallKind.Clone:
                return Clone(self, call.Output0);
            case CallKind.Waitpid:
                long child = await Processes.Children.Wait(process, call.Argument0, (WaitFlags)call.Argument1, token);
                return new CallResult(child, default);
            case CallKind.Poll:
                return await waits.Poll(process, call, deadlineTicks, token);
            case CallKind.Nanosleep:
                return await waits.Sleep(deadlineTicks, token);
            default:
                return Status(Errno.ENOSYS);
        }
    }

    /// <summary>Delivers what is pending. Whether the call was interrupted is decided before a temporary mask is taken back: what
    /// becomes deliverable only then comes between two tries of the call (Linux, ERESTARTNOHAND).</summary>
    private async ModelTask<bool> LeaveKernel(Handle<KernelThread> thread, Handle<PosixThread> self, CallKind kind)
    {
        bool isHandled = false;
        bool isDecided = false;
        await world.ReadPoint(PointKind.KernelExit, ObjectKind.Thread, thread.Index);
        ReleaseCallSource(self);
        if (world.Has(Defect.NoCheckAfterUnblock) && kind == CallKind.Sigprocmask)
        {
            return false;
        }

        if (world.Has(Defect.MaskRestoredBeforeDelivery))
        {
            RestoreMask(self);
        }

        while (!Processes.Thread(self).IsForcedToEnd)
        {
            int signal = FetchDeliverable(self, out SignalHandling handling);
            if (signal < 0)
            {
                isDecided = true;
                if (RestoreMask(self) && system.Posix.Signals.HasDeliverable(self))
                {
                    continue;
                }

                return isHandled;
            }

            if (handling.IsFatal)
            {
                EndProcess(self, -(int)SignalTable.NumberAt(signal));
                break;
            }

            if (handling.Action.Disposition == SignalDisposition.Ignore)
            {
                system.Ledger.SignalDropped(Processes.Thread(self).Strand);
                continue;
            }

            if (!await new HandlerAwaiter(system, this, self, signal, handling.Action.Flags))
            {
                EndProcess(self, -(int)SignalTable.NumberAt(signal));
                break;
            }

            isHandled |= !isDecided;
            if (ForgetsPending)
            {
                RestoreMask(self);
                return isHandled;
            }
        }

        await EndThread(self);
        return isHandled;
    }

    private void ReleaseCallSource(Handle<PosixThread> self)
    {
        if (world.Has(Defect.FlagNotReset))
        {
            return;
        }

        if (!world.Has(Defect.RegistryEntryKept))
        {
            world.Events.FreeSource(OwnOf(self).CallSource);
        }

        OwnOf(self).CallSource = default;
    }

    private int FetchDeliverable(Handle<PosixThread> self, out SignalHandling handling)
    {
        handling = default;
        while (true)
        {
            int signal = system.Posix.Signals.TryFetch(self, (ushort)~Processes.Thread(self).Mask);
            if (signal < 0)
            {
                return -1;
            }

            handling = system.Posix.Signals.Accept(self, signal);
            if (!handling.IsIgnored)
            {
                return signal;
            }

            if (world.Has(Defect.OneSignalPerObservation))
            {
                return -1;
            }
        }
    }

    private Handle<PosixThread> Self(Handle<KernelThread> thread) => Processes.FindThread(system.StrandOfThread(thread.Index));

    private static CallResult Status(Errno error) => new(-(long)error, default);

    private void ChangeMask(Handle<PosixThread> self, MaskChange how, ushort set)
    {
        ref PosixThread thread = ref Processes.Thread(self);
        thread.Mask = system.Posix.Signals.MaskAfter(thread.Mask, how, set);
        Retarget(Processes.Thread(self).Process);
    }

    private async ModelTask<CallResult> Sigsuspend(Handle<PosixThread> self, ushort mask, CancelToken token)
    {
        Processes.Thread(self).MaskToRestore = Processes.Thread(self).Mask;
        Processes.Thread(self).HasMaskToRestore = true;
        ChangeMask(self, MaskChange.Set, world.Has(Defect.SuspendEndsByAnySignal)
            ? (ushort)(mask & Processes.Thread(self).Mask) : mask);
        if (!system.Posix.Signals.HasDeliverable(self) && !Processes.Thread(self).IsForcedToEnd)
        {
            DropIgnored(self);
            await world.Events.WaitForCancel(RenewToken(self, token));
        }

        return Status(Errno.EINTR);
    }

    /// <summary>Drops what the new mask lets in and nobody wants, as Linux does on the way round (kernel/signal.c, get_signal).
    /// If it stayed pending, a sibling that installs a handler later would make it deliverable, and nobody would look.</summary>
    private void DropIgnored(Handle<PosixThread> self)
    {
        ushort letIn = (ushort)~Processes.Thread(self).Mask;
        for (int rest = letIn; (rest &= system.Posix.Signals.Pending(self)) != 0;)
        {
            system.Posix.Signals.Drop(self, System.Numerics.BitOperations.TrailingZeroCount(rest));
        }
    }

    /// <summary>A cancel that came for a signal which is blocked now must not end the wait.</summary>
    private CancelToken RenewToken(Handle<PosixThread> self, CancelToken token)
    {
        if (!world.Events.IsCancelled(token))
        {
            return token;
        }

        world.Events.FreeSource(OwnOf(self).CallSource);
        OwnOf(self).CallSource = world.Events.CreateSource(Processes.Thread(self).Kernel.Index);
        return new CancelToken(OwnOf(self).CallSource);
    }

    private bool RestoreMask(Handle<PosixThread> self)
    {
        ref PosixThread thread = ref Processes.Thread(self);
        bool restores = thread.HasMaskToRestore && !world.Has(Defect.MaskNotRestored);
        if (restores)
        {
            thread.Mask = thread.MaskToRestore;
        }

        thread.HasMaskToRestore = false;
        return restores;
    }

    private CallResult Fork(Handle<PosixThread> self, int strand)
    {
        Handle<PosixThread> child = Processes.Fork(self, strand);
        world.Threads.Resume(Processes.Thread(child).Kernel);
        return new CallResult(ProcessNumber.Of(strand), default);
    }

    private CallResult Clone(Handle<PosixThread> self, int strand)
    {
        bool isRefused = Processes.Thread(self).IsForcedToEnd
            || (world.Has(Defect.CloneRefusedWhilePending) && system.Posix.Signals.Pending(self) != 0);
        Handle<PosixThread> created = isRefused ? default : Processes.Clone(self, strand);
        if (created.IsNone)
        {
            return Status(Errno.EAGAIN);
        }

        world.Threads.Resume(Processes.Thread(created).Kernel);
        return default;
    }

    /// <summary>As POSIX has it the other threads end first; a process that ends meanwhile does not start over.</summary>
    private async ModelTask<CallResult> Exec(Handle<PosixThread> self)
    {
        Handle<Process> process = Processes.Thread(self).Process;
        if (!Processes.Thread(self).IsForcedToEnd)
        {
            EndOthers(process, self);
        }

        while (Processes[process].ThreadCount > 1 && !Processes.Thread(self).IsForcedToEnd)
        {
            await world.Events.Wait(ref Processes[process].TerminationBell, CancelToken.None);
        }

        if (Processes.Thread(self).IsForcedToEnd)
        {
            return Status(Errno.EINTR);
        }

        OwnOf(self).IsExecuting = true;
        await new StopAwaiter(world, Processes.Thread(self).Kernel);
        return default;
    }

    private void StartImage(Handle<PosixThread> self)
    {
        ref PosixThread thread = ref Processes.Thread(self);
        OwnOf(self).IsExecuting = false;
        ReleaseCallSource(self);
        int nextCall = system.Posix.Execution.KillImage(self);
        system.Posix.Execution.CreateImage(self, nextCall);
        world.Threads.Resume(thread.Kernel);
        NoticePending(self);
    }

    /// <summary>The thread that is to take a signal of its process: the first one, by strand, that does not block it. Places in
    /// the table would depend on which threads of other processes have ended.</summary>
    private Handle<PosixThread> ChooseTarget(Handle<Process> process, int signal)
    {
        Slab<PosixThread> threads = Processes.Threads;
        int chosen = -1;
        for (int index = 0; index < threads.HighWater; index++)
        {
            bool isMeant = threads.IsLiveAt(index) && threads.At(index).Process == process;
            if (isMeant && ((threads.At(index).Mask >> signal & 1) == 0 || world.Has(Defect.SignalForBlockingThread))
                && (chosen < 0 || threads.At(index).Strand < threads.At(chosen).Strand))
            {
                chosen = index;
            }
        }

        return chosen < 0 ? default : threads.HandleAt(chosen);
    }

    private void AttendNeighbour(Handle<PosixThread> target)
    {
        Slab<PosixThread> threads = Processes.Threads;
        for (int index = 0; index < threads.HighWater; index++)
        {
            if (threads.IsLiveAt(index) && index != (int)target.Index)
            {
                Attend(threads.HandleAt(index));
                return;
            }
        }
    }

    private void Attend(Handle<PosixThread> target)
    {
        ref PosixThread thread = ref Processes.Thread(target);
        world.Writes(ObjectKind.Thread, thread.Kernel.Index);
        int party = world.Threads[thread.Kernel].Party;
        world.Scheduler.CallAttention(party);
        bool isInCall = !OwnOf(target).CallSource.IsNone;
        if (isInCall && world.Has(Defect.SignalBeforeSleepLost) && !world.Threads[thread.Kernel].IsWaitingInCall)
        {
            return;
        }

        if (isInCall)
        {
            CancelCall(target);
        }
        else if (world.Threads[thread.Kernel].State == KernelThreadState.Running)
        {
            world.Scheduler.Enable(party);
        }
    }

    /// <summary>What the kernel keeps of a thread; touching it is touching the thread.</summary>
    /// <param name="thread">A live thread.</param>
    /// <returns>The kernel's own part.</returns>
    internal ref MonolithicThread OwnOf(Handle<PosixThread> thread) => ref threads[thread.Index];

    private void CancelCall(Handle<PosixThread> target)
    {
        system.Ledger.CallCancelled(Processes.Thread(target).Strand);
        world.Events.CancelSource(OwnOf(target).CallSource);
    }

    /// <summary>Makes a thread look at its pending signals again, and hands those of its process that it blocks to another
    /// thread.</summary>
    /// <param name="self">A thread whose mask or handlers have changed.</param>
    internal void NoticePending(Handle<PosixThread> self)
    {
        if (system.Posix.Signals.HasDeliverable(self) && !ForgetsPending)
        {
            Attend(self);
        }

        Retarget(Processes.Thread(self).Process);
    }

    private void Retarget(Handle<Process> process)
    {
        for (int rest = Processes[process].Signals.Active; rest != 0; rest &= rest - 1)
        {
            int signal = System.Numerics.BitOperations.TrailingZeroCount(rest);
            Handle<PosixThread> target = ChooseTarget(process, signal);
            if (!target.IsNone && !system.Posix.Signals.IsIgnored(process, signal))
            {
                Attend(target);
            }
        }
    }

    private void EndProcess(Handle<PosixThread> self, int status)
    {
        Handle<Process> process = Processes.Thread(self).Process;
        if (Processes[process].State != ProcessState.Alive)
        {
            return;
        }

        Processes[process].State = ProcessState.Ending;
        Processes[process].Status = status;
        EndOthers(process, self);
    }

    private void EndOthers(Handle<Process> process, Handle<PosixThread> self)
    {
        Slab<PosixThread> threads = Processes.Threads;
        for (int index = 0; index < threads.HighWater; index++)
        {
            if (threads.IsLiveAt(index) && threads.At(index).Process == process && index != (int)self.Index)
            {
                threads.At(index).IsForcedToEnd = true;
                if (!world.Has(Defect.GroupExitWakesNobody))
                {
                    Attend(threads.HandleAt(index));
                }
            }
        }
    }

    private async ModelTask<Unit> EndThread(Handle<PosixThread> self)
    {
        Processes.Thread(self).IsInTermination = true;
        await new StopAwaiter(world, Processes.Thread(self).Kernel);
        return default;
    }

    private void Finish(Handle<PosixThread> self)
    {
        Handle<Process> process = Processes.Thread(self).Process;
        if (!OwnOf(self).CallSource.IsNone)
        {
            world.Events.FreeSource(OwnOf(self).CallSource);
        }

        OwnOf(self) = default;
        Processes.EndKernelThread(self);
        Processes.Remove(self);
        if (Processes[process].ThreadCount == 0)
        {
            Processes.Finish(process);
            return;
        }

        Retarget(process);
    }
}
