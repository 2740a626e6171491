// The baseline: one address space, no messages. A call does its work on the caller's own party; a signal sets a flag, cancels
// what the thread waits for, and is delivered on the way out of the kernel or at the next point of user code. Check and wait
// are one step under a lock, so there is nothing to race with. A call that was woken without any handler to run starts over,
// as in Linux. Start here: the way in, the way out, and signal masks. Who notices a signal is in Attention, how a call is
// cancelled in CallSources; the calls themselves are in FileCalls, ProcessCalls and TimedWaits.

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
    private readonly CallSources sources;
    private readonly ProcessCalls processes;
    private readonly ThreadTable<MonolithicThread> threads;

    internal MonolithicKernel(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        files = new FileCalls(system);
        waits = new TimedWaits(system, files);
        threads = ThreadTable<MonolithicThread>.OfPosixThreads(system);
        sources = new CallSources(system, threads);
        Attention = new Attention(system, sources);
        processes = new ProcessCalls(system, threads, sources, Attention);
    }

    /// <summary>Who notices signals.</summary>
    internal Attention Attention { get; }

    private Processes Processes => system.Posix.Processes;

    /// <summary>Planted defects that wake a call without a signal; starting over would hide them.</summary>
    private bool HasSpuriousWake => world.Has(Defect.CancelReachesNeighbour) || world.Has(Defect.IgnoredSignalInterrupts)
        || world.Has(Defect.FlagNotReset);

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
            return await processes.EndThread(self);
        }

        system.PopHandler(self);
        Attention.NoticePending(self);

        return default;
    }

    /// <inheritdoc/>
    public bool TakeAttention(Handle<KernelThread> thread)
    {
        Handle<PosixThread> self = Self(thread);
        world.Scheduler[world.Threads[thread].Party].HasAttention = false;
        if (sources.IsInCall(self))
        {
            return false;
        }

        world.Scheduler.BeginStep(PointKind.TakeInterrupt, ObjectKind.Thread, thread.Index, isWrite: true);
        world.Gates.Pass(world.Threads[thread].Party);
        if (Processes.Thread(self).IsForcedToEnd)
        {
            processes.Finish(self);
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
            processes.EndProcess(self, -(int)SignalTable.NumberAt(signal));
            processes.Finish(self);
            return true;
        }

        Attention.NoticePending(self);
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
            processes.Finish(self);
            return;
        }

        if (threads.At(self.Index).IsExecuting)
        {
            processes.StartImage(self);
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

    private async ModelTask<CallResult> Perform(Handle<PosixThread> self, Call call, long deadlineTicks)
    {
        sources.Begin(self);
        if (Attention.ForgetsPending)
        {
            return await Dispatch(self, call, deadlineTicks, sources.TokenOf(self));
        }

        if (system.Posix.Signals.HasDeliverable(self) || Processes.Thread(self).IsForcedToEnd)
        {
            sources.Cancel(self);
        }

        return await Dispatch(self, call, deadlineTicks, sources.TokenOf(self));
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
                return processes.Fork(self, call.Output0);
            case CallKind.Exit:
                processes.EndProcess(self, call.Argument0);
                await processes.EndThread(self);
                return default;
            case CallKind.Exec:
                return await processes.Exec(self);
            case CallKind.Clone:
                return processes.Clone(self, call.Output0);
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
        sources.Release(self);
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
                processes.EndProcess(self, -(int)SignalTable.NumberAt(signal));
                break;
            }

            if (handling.Action.Disposition == SignalDisposition.Ignore)
            {
                system.Ledger.SignalDropped(Processes.Thread(self).Strand);
                continue;
            }

            if (!await new HandlerAwaiter(system, this, self, signal, handling.Action.Flags))
            {
                processes.EndProcess(self, -(int)SignalTable.NumberAt(signal));
                break;
            }

            isHandled |= !isDecided;
            if (Attention.ForgetsPending)
            {
                RestoreMask(self);
                return isHandled;
            }
        }

        await processes.EndThread(self);
        return isHandled;
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

    /// <summary>What the kernel keeps of a thread; touching it is touching the thread.</summary>
    /// <param name="thread">A live thread.</param>
    /// <returns>The kernel's own part.</returns>
    internal ref MonolithicThread OwnOf(Handle<PosixThread> thread) => ref threads[thread.Index];

    private static CallResult Status(Errno error) => new(-(long)error, default);

    private void ChangeMask(Handle<PosixThread> self, MaskChange how, ushort set)
    {
        ref PosixThread thread = ref Processes.Thread(self);
        thread.Mask = system.Posix.Signals.MaskAfter(thread.Mask, how, set);
        Attention.Retarget(Processes.Thread(self).Process);
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
            await world.Events.WaitForCancel(sources.Renew(self, token));
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
}
