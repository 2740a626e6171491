// The observation loop of a thread (posix/subsystem/src/observations.cpp): waits until the kernel reports that the thread
// stopped, answers the supercall or the interrupt, raises or parks signals, lets the thread run on. The thread is frozen in
// between, which is why the server may touch its page and its activations. A signal is accepted only here.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>Answers stopped threads.</summary>
public sealed class Observations
{
    private readonly ModelSystem system;
    private readonly PosixServer posix;
    private readonly World world;

    internal Observations(ModelSystem system, PosixServer posix)
    {
        this.system = system;
        this.posix = posix;
        world = system.World;
    }

    /// <summary>Observes a thread until it ends.</summary>
    /// <param name="handle">The thread.</param>
    /// <returns>Nothing.</returns>
    public async KernelTask<Unit> Run(Handle<PosixThread> handle)
    {
        while (true)
        {
            Handle<Operation> operation = world.Lanes.Prepare(OperationKind.Observe, posix.Dispatcher.Queue, 0);
            world.Lanes.Operations[operation].Thread = posix.Processes.Thread(handle).Kernel;
            await posix.Dispatcher.Push(operation);
            Observation observation = world.Lanes.Operations[operation].Observation;
            world.Lanes.Free(operation);
            if (observation == Observation.Terminated || !await Answer(handle, observation))
            {
                return default;
            }

            Handle<KernelThread> kernel = posix.Processes.Thread(handle).Kernel;
            await world.WritePoint(PointKind.ResumeThread, ObjectKind.Thread, kernel.Index);
            world.Counters.ServerEntries++;
            if (world.Threads.Resume(kernel) == HelError.IllegalState)
            {
                world.Panic(PanicCode.BadThreadState);
            }
        }
    }

    /// <summary>Handles the signals that are pending now (handlePendingSignalsFromObservation).</summary>
    /// <param name="handle">A stopped thread.</param>
    /// <returns>False when the thread was killed.</returns>
    public async KernelTask<bool> HandlePending(Handle<PosixThread> handle)
    {
        if (posix.Processes.Thread(handle).ParkedSignal != 0)
        {
            BeginGraceIfFatal(handle);
            return true;
        }

        while (true)
        {
            int signal = posix.Signals.TryFetch(handle, (ushort)~posix.Processes.Thread(handle).Mask);
            if (signal < 0)
            {
                return true;
            }

            SignalHandling handling = posix.Signals.Accept(handle, signal);
            if (!handling.IsIgnored)
            {
                await system.Sides.Signals.SignalAccepted(system, handle);
                if (!await MayRaise(handle))
                {
                    Park(handle, signal, handling);
                    BeginGraceIfFatal(handle);
                    await system.Sides.Signals.SignalParked(system, handle);
                    system.Lemmas.Parked(handle);
                    return true;
                }

                if (!await Raise(handle, signal, handling))
                {
                    return false;
                }
            }

            if (world.Has(Defect.OneSignalPerObservation))
            {
                return true;
            }
        }
    }

    /// <summary>Alerts the queue of a stopped thread (alertRemoteQueue): takes its handle from the thread page, alerts it,
    /// closes it. A thread that has no queue is left alone.</summary>
    /// <param name="handle">A stopped thread.</param>
    /// <returns>Nothing.</returns>
    public async KernelTask<Unit> AlertQueue(Handle<PosixThread> handle)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(handle).Kernel;
        await world.ReadPoint(PointKind.TransferDescriptor, ObjectKind.ThreadPage, kernel.Index);
        world.Counters.ServerEntries++;
        ref KernelThread page = ref world.Threads[kernel];
        HelError error = world.Universes.Transfer(
            page.Universe, posix.Universe, page.QueueDescriptor, HelRights.Signal, HelRights.Signal, out uint descriptor);
        if (error != HelError.None)
        {
            return default;
        }

        await world.WritePoint(PointKind.AlertQueue, ObjectKind.Queue, world.Threads[kernel].Queue.Index);
        world.Counters.ServerEntries++;
        world.Hel.AlertQueue(posix.Universe, descriptor);
        await world.WritePoint(PointKind.CloseDescriptor, ObjectKind.Universe, posix.Universe.Index);
        world.Counters.ServerEntries++;
        if (!world.Has(Defect.AlertDescriptorLeaked))
        {
            world.Universes.Close(posix.Universe, descriptor);
        }

        return default;
    }

    /// <summary>Asks a stopped thread to cancel what it is doing (managarm ec251030a to 3572cf96b): sets the word in its page
    /// and alerts its queue.</summary>
    /// <param name="handle">A stopped thread.</param>
    /// <returns>Nothing.</returns>
    public async KernelTask<Unit> RequestCancel(Handle<PosixThread> handle)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(handle).Kernel;
        await world.WritePoint(PointKind.CancelRequest, ObjectKind.ThreadPage, kernel.Index);
        world.Threads[kernel].IsCancelRequested = true;
        await AlertQueue(handle);
        return default;
    }

    /// <summary>The actions of a process have changed: what is pending behind a parked signal may be fatal only now, and nobody
    /// would be interrupted for it again.</summary>
    /// <param name="process">The process.</param>
    public void ActionsChanged(Handle<Process> process)
    {
        if (!system.Has(Repairs.FatalAfterGrace) || world.Has(Defect.ActionChangeUnnoticed))
        {
            return;
        }

        Slab<PosixThread> threads = posix.Processes.Threads;
        for (int index = 0; index < threads.HighWater; index++)
        {
            if (threads.IsLiveAt(index) && threads.At(index).Process == process && threads.At(index).ParkedSignal != 0)
            {
                BeginGraceIfFatal(threads.HandleAt(index));
            }
        }
    }

    private async KernelTask<bool> Answer(Handle<PosixThread> handle, Observation observation)
    {
        if (observation == Observation.Interrupt)
        {
            if (posix.Processes.Thread(handle).IsForcedToEnd)
            {
                await posix.Processes.Terminate(handle);
                return false;
            }

            return posix.Processes.Thread(handle).IsGraceOver ? await EndGrace(handle) : await HandlePending(handle);
        }

        switch ((SuperCall)(observation - Observation.SuperCall))
        {
            case SuperCall.Fork:
                Fork(handle);
                return true;
            case SuperCall.Exit:
                return await Exit(handle, (int)Argument(handle, 0));
            case SuperCall.ThreadExit:
                return await ThreadExit(handle);
            case SuperCall.SigMask:
                ChangeMask(handle);
                return world.Has(Defect.NoCheckAfterUnblock) || await HandlePending(handle);
            case SuperCall.SigRaise:
                return await RaiseParked(handle);
            case SuperCall.SigRestore:
                return await Restore(handle);
            case SuperCall.SigKill:
                Kill(handle);
                return await HandlePending(handle);
            case SuperCall.SigSuspend when system.Has(Repairs.SuspendUntilParked):
                await Settle(handle, SuspendUntilParked(handle));
                return true;
            case SuperCall.SigSuspend:
                await Settle(handle, Suspend(handle));
                return world.Has(Defect.MaskRestoredBeforeDelivery) || await HandlePending(handle);
            case SuperCall.SigSuspendMask:
                await Settle(handle, SuspendUnderMask(handle));
                return true;
            case SuperCall.Exec:
                await posix.Execution.Exec(handle);
                return false;
            case SuperCall.Clone:
                await Clone(handle);
                return true;
            case SuperCall.Cancel:
            default:
                await system.Sides.Requests.CancelRequested(
                    system, handle, (uint)Argument(handle, 0), (int)Argument(handle, 1));
                return true;
        }
    }

    /// <summary>Waits on behalf of a stopped thread.</summary>
    private async KernelTask<Unit> Settle(Handle<PosixThread> handle, KernelTask<Unit> wait)
    {
        uint kernel = posix.Processes.Thread(handle).Kernel.Index;
        system.SetSettled(kernel, !wait.IsCompleted);
        await wait;
        system.SetSettled(kernel, isSettled: false);
        return default;
    }

    private long Argument(Handle<PosixThread> handle, int index) =>
        world.Threads[posix.Processes.Thread(handle).Kernel].Registers[index];

    private void SetResult(Handle<PosixThread> handle, int index, long value)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(handle).Kernel;
        world.Writes(ObjectKind.Thread, kernel.Index);
        world.Threads[kernel].Registers[index] = value;
    }

    private async KernelTask<bool> MayRaise(Handle<PosixThread> handle)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(handle).Kernel;
        await world.WritePoint(PointKind.FlagUpdate, ObjectKind.ThreadPage, kernel.Index);
        ref KernelThread thread = ref world.Threads[kernel];
        if (thread.GuardFlag == 0)
        {
            return true;
        }

        thread.GuardFlag = 2;
        return false;
    }

    private void Park(Handle<PosixThread> handle, int signal, SignalHandling handling)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        world.Note(NoteKind.SignalParked, signal, thread.Strand);
        thread.ParkedSignal = signal + 1;
        thread.ParkedHandling = handling;
    }

    private async KernelTask<bool> Raise(Handle<PosixThread> handle, int signal, SignalHandling handling)
    {
        if (handling.Action.Disposition == SignalDisposition.Ignore)
        {
            system.Ledger.SignalDropped(posix.Processes.Thread(handle).Strand);
            return true;
        }

        if (!handling.IsFatal && system.TryPushHandler(handle, signal, handling.Action.Flags))
        {
            return true;
        }

        Handle<Process> process = posix.Processes.Thread(handle).Process;
        await posix.Processes.Terminate(handle);
        await posix.Processes.TerminateGroup(process, -(int)SignalTable.NumberAt(signal));
        return false;
    }

    private async KernelTask<bool> RaiseParked(Handle<PosixThread> handle)
    {
        int depth = world.Threads[posix.Processes.Thread(handle).Kernel].ActivationDepth;
        int parked = posix.Processes.Thread(handle).ParkedSignal;
        posix.Processes.Thread(handle).Grace = 0;
        system.Sides.Signals.GuardEnded(system, handle);
        if (parked != 0)
        {
            SignalHandling handling = posix.Processes.Thread(handle).ParkedHandling;
            posix.Processes.Thread(handle).ParkedSignal = 0;
            if (!await Raise(handle, parked - 1, handling))
            {
                return false;
            }
        }

        RestoreMask(handle);
        bool isAlive = await HandlePending(handle);
        if (isAlive && system.Has(Repairs.CallsRestart))
        {
            world.Threads.ReportRestart(posix.Processes.Thread(handle).Kernel, depth);
        }

        return isAlive;
    }

    /// <summary>The mask of a sigsuspend that ends without a handler; with one its frame has taken the former mask.</summary>
    private void RestoreMask(Handle<PosixThread> handle)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        if (thread.HasMaskToRestore)
        {
            thread.Mask = thread.MaskToRestore;
            thread.HasMaskToRestore = false;
        }
    }

    private async KernelTask<bool> Restore(Handle<PosixThread> handle)
    {
        system.PopHandler(handle);
        return world.Has(Defect.NoCheckAfterHandler) || await HandlePending(handle);
    }

    private void ChangeMask(Handle<PosixThread> handle)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        ushort former = thread.Mask;
        var set = (ushort)Argument(handle, 1);
        thread.Mask = posix.Signals.MaskAfter(former, (MaskChange)Argument(handle, 0), set);
        SetResult(handle, 1, former);
        SetResult(handle, 2, thread.EnteredSignalSequence);
    }

    private void Kill(Handle<PosixThread> handle)
    {
        var process = (int)Argument(handle, 0);
        var thread = (int)Argument(handle, 1);
        SetResult(handle, 0, posix.Processes.Send(process, thread, (int)Argument(handle, 2)));
    }

    private async KernelTask<Unit> Suspend(Handle<PosixThread> handle)
    {
        if ((uint)Argument(handle, 0) != posix.Processes.Thread(handle).EnteredSignalSequence)
        {
            return default;
        }

        uint sequence = posix.Processes[posix.Processes.Thread(handle).Process].SignalSequence;
        var allowed = (ushort)~posix.Processes.Thread(handle).Mask;
        if (posix.Signals.Pending(handle) == 0)
        {
            await posix.Signals.Poll(handle, sequence, allowed, CancelToken.None);
        }

        return default;
    }

    /// <summary>The thread stands in a guard, so what is accepted here is parked, which cancels the epoch; what is ignored is
    /// dropped and ends nothing.</summary>
    private async KernelTask<Unit> SuspendUntilParked(Handle<PosixThread> handle)
    {
        while (!world.Events.IsCancelled(system.Sides.Signals.ParkedToken(handle)))
        {
            await HandlePending(handle);
            await posix.Signals.WaitForBells(handle, system.Sides.Signals.ParkedToken(handle));
        }

        return default;
    }

    /// <summary>What was accepted under the former mask must be raised under it, so nothing is changed while that is
    /// parked.</summary>
    private async KernelTask<Unit> SuspendUnderMask(Handle<PosixThread> handle)
    {
        var mask = (ushort)Argument(handle, 0);
        bool isFirst = posix.Processes.Thread(handle).ParkedSignal == 0;
        SetResult(handle, 0, isFirst ? 1 : 0);
        if (!isFirst)
        {
            return default;
        }

        ref PosixThread thread = ref posix.Processes.Thread(handle);
        thread.MaskToRestore = thread.Mask;
        thread.HasMaskToRestore = true;
        ushort given = world.Has(Defect.SuspendEndsByAnySignal) ? (ushort)(mask & thread.Mask) : mask;
        thread.Mask = posix.Signals.MaskAfter(thread.Mask, MaskChange.Set, given);
        await SuspendUntilParked(handle);
        if (world.Has(Defect.MaskRestoredBeforeDelivery))
        {
            RestoreMask(handle);
        }

        return default;
    }

    /// <summary>Gives a thread that stands in a guard a limited time to leave it when a fatal signal is parked, or pending behind
    /// a parked one.</summary>
    private void BeginGraceIfFatal(Handle<PosixThread> handle)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        bool isFatal = thread.ParkedHandling.IsFatal || posix.Signals.FatalPending(handle) >= 0;
        bool isUnlimited = !system.Has(Repairs.FatalAfterGrace) || world.Has(Defect.GraceForgotten);
        if (!isFatal || thread.Grace != 0 || isUnlimited)
        {
            return;
        }

        thread.Grace = ++thread.LastGrace;
        long deadlineTicks = world.Timers.ReadClock() + LimitTicks.FatalGrace;
        world.Note(NoteKind.GraceBegins, thread.Strand, deadlineTicks);
        WaitForGrace(handle, thread.Grace, deadlineTicks).Detach();
    }

    /// <summary>The thread is ended by its own observation only, so it is interrupted and looked at again there.</summary>
    private async KernelTask<Unit> WaitForGrace(Handle<PosixThread> handle, uint grace, long deadlineTicks)
    {
        Handle<Operation> operation = posix.Dispatcher.PrepareSleep(deadlineTicks);
        await posix.Dispatcher.Push(operation);
        world.Lanes.Free(operation);
        if (!posix.Processes.Threads.IsLive(handle) || posix.Processes.Thread(handle).Grace != grace)
        {
            return default;
        }

        posix.Processes.Thread(handle).IsGraceOver = true;
        Handle<KernelThread> kernel = posix.Processes.Thread(handle).Kernel;
        await world.WritePoint(PointKind.InterruptThread, ObjectKind.Thread, kernel.Index);
        world.Counters.ServerEntries++;
        world.Threads.Interrupt(kernel);
        return default;
    }

    /// <summary>Looks again whether a fatal signal is due: its guard may have ended, or its action may have changed.</summary>
    private async KernelTask<bool> EndGrace(Handle<PosixThread> handle)
    {
        bool isSameGuard = posix.Processes.Thread(handle).Grace != 0;
        int signal = isSameGuard ? FatalDue(handle) : -1;
        signal = signal < 0 && world.Has(Defect.GraceNotRechecked) ? SignalTable.IndexOf(SignalNumber.Kill) : signal;
        posix.Processes.Thread(handle).IsGraceOver = false;
        posix.Processes.Thread(handle).Grace = 0;
        if (signal < 0)
        {
            return await HandlePending(handle);
        }

        system.Lemmas.GraceOver(handle);
        world.Note(NoteKind.GraceOver, signal, posix.Processes.Thread(handle).Strand);
        Handle<Process> process = posix.Processes.Thread(handle).Process;
        if (posix.Processes.Thread(handle).ParkedSignal != signal + 1)
        {
            posix.Signals.TryFetch(handle, SignalTable.MaskOf(signal));
            posix.Signals.Accept(handle, signal);
        }

        await posix.Processes.Terminate(handle);
        await posix.Processes.TerminateGroup(process, -(int)SignalTable.NumberAt(signal));
        return false;
    }

    private int FatalDue(Handle<PosixThread> handle)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        if (thread.ParkedSignal != 0 && thread.ParkedHandling.IsFatal)
        {
            return thread.ParkedSignal - 1;
        }

        return posix.Signals.FatalPending(handle);
    }

    private void Fork(Handle<PosixThread> handle)
    {
        Handle<PosixThread> child = posix.Processes.Fork(handle, (int)Argument(handle, 0));
        SetResult(handle, 0, ProcessNumber.Of(posix.Processes.Thread(child).Strand));
        posix.Serve(child);
        world.Threads.Resume(posix.Processes.Thread(child).Kernel);
    }

    private async KernelTask<Unit> Clone(Handle<PosixThread> handle)
    {
        bool isRefused = world.Has(Defect.CloneRefusedWhilePending) && posix.Signals.Pending(handle) != 0;
        Handle<PosixThread> created = isRefused ? default : posix.Processes.Clone(handle, (int)Argument(handle, 0));
        SetResult(handle, 0, created.IsNone ? (long)Errno.EAGAIN : 0);
        if (created.IsNone)
        {
            return default;
        }

        posix.Serve(created);
        Handle<KernelThread> kernel = posix.Processes.Thread(created).Kernel;
        await world.WritePoint(PointKind.ResumeThread, ObjectKind.Thread, kernel.Index);
        world.Counters.ServerEntries++;
        world.Threads.Resume(kernel);
        return default;
    }

    private async KernelTask<bool> Exit(Handle<PosixThread> handle, int status)
    {
        Handle<Process> process = posix.Processes.Thread(handle).Process;
        await posix.Processes.Terminate(handle);
        await posix.Processes.TerminateGroup(process, status);
        return false;
    }

    private async KernelTask<bool> ThreadExit(Handle<PosixThread> handle)
    {
        Handle<Process> process = posix.Processes.Thread(handle).Process;
        await posix.Processes.Terminate(handle);
        if (posix.Processes[process].ThreadCount == 0)
        {
            await posix.Processes.TerminateGroup(process, 0);
        }

        return false;
    }
}
