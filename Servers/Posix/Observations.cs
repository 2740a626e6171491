// The observation loop of a thread (posix/subsystem/src/observations.cpp): waits until the kernel reports that the thread
// stopped, answers the supercall or the interrupt, raises or parks signals, lets the thread run on. The thread is frozen in
// between, which is why the server may touch its page and its activations. A signal is accepted only here, and is parked here
// while a call runs (Park); the waits of sigsuspend are in Suspensions.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Posix;

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
        Grace = new FatalGrace(system, posix);
        Suspensions = new Suspensions(system, posix, this);
    }

    /// <summary>How long a guard may keep a fatal signal waiting.</summary>
    internal FatalGrace Grace { get; }

    /// <summary>The waits of sigsuspend.</summary>
    internal Suspensions Suspensions { get; }

    /// <summary>Observes a thread until it ends.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Run(Handle<PosixThread> thread)
    {
        while (true)
        {
            Handle<Operation> operation = world.Lanes.Prepare(OperationKind.Observe, posix.Dispatcher.Queue, 0);
            world.Lanes.Operations[operation].Thread = posix.Processes.Thread(thread).Kernel;
            await posix.Dispatcher.Push(operation);
            Observation observation = world.Lanes.Operations[operation].Observation;
            world.Lanes.Free(operation);
            if (observation == Observation.Terminated || !await Answer(thread, observation))
            {
                return default;
            }

            Handle<KernelThread> kernel = posix.Processes.Thread(thread).Kernel;
            await world.WritePoint(PointKind.ResumeThread, ObjectKind.Thread, kernel.Index);
            world.Counters.ServerEntries++;
            if (world.Threads.Resume(kernel) == HelError.IllegalState)
            {
                world.Panic(PanicCode.BadThreadState);
            }
        }
    }

    /// <summary>Handles the signals that are pending now (handlePendingSignalsFromObservation).</summary>
    /// <param name="thread">A stopped thread.</param>
    /// <returns>False when the thread was killed.</returns>
    public async ModelTask<bool> HandlePending(Handle<PosixThread> thread)
    {
        if (posix.Processes.Thread(thread).ParkedSignal != 0)
        {
            Grace.BeginIfFatal(thread);
            return true;
        }

        while (true)
        {
            int signal = posix.Signals.TryFetch(thread, (ushort)~posix.Processes.Thread(thread).Mask);
            if (signal < 0)
            {
                return true;
            }

            SignalHandling handling = posix.Signals.Accept(thread, signal);
            if (!handling.IsIgnored)
            {
                await system.Sides.Signals.SignalAccepted(system, thread);
                if (!await MayRaise(thread))
                {
                    Park(thread, signal, handling);
                    Grace.BeginIfFatal(thread);
                    await system.Sides.Signals.SignalParked(system, thread);
                    if (system.Has(Repairs.SleepEndsBySignal) && !system.Sides.Signals.AlertsQueue)
                    {
                        await AlertQueue(thread);
                    }

                    system.Lemmas.Parked(thread);
                    return true;
                }

                if (!await Raise(thread, signal, handling))
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
    /// <param name="thread">A stopped thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> AlertQueue(Handle<PosixThread> thread)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(thread).Kernel;
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
    /// <param name="thread">A stopped thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> RequestCancel(Handle<PosixThread> thread)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(thread).Kernel;
        await world.WritePoint(PointKind.CancelRequest, ObjectKind.ThreadPage, kernel.Index);
        if (world.Threads[kernel].GuardFlag == 0 && system.Repaired(Repairs.CancelWordEndsWithGuard))
        {
            return default;
        }

        // Window G3-sticky: Corpus/windows/read-sticky-word.scn
        // Window G3-sticky: Corpus/windows/read-sticky-word-hidden.scn
        world.Threads[kernel].IsCancelRequested = true;
        await AlertQueue(thread);
        return default;
    }

    private async ModelTask<bool> Answer(Handle<PosixThread> thread, Observation observation)
    {
        if (observation == Observation.Interrupt)
        {
            if (posix.Processes.Thread(thread).IsForcedToEnd)
            {
                await posix.Processes.Terminate(thread);
                return false;
            }

            return posix.Processes.Thread(thread).IsGraceOver ? await EndGrace(thread) : await HandlePending(thread);
        }

        switch ((SuperCall)(observation - Observation.SuperCall))
        {
            case SuperCall.Fork:
                Fork(thread);
                return true;
            case SuperCall.Exit:
                return await Exit(thread, (int)Argument(thread, 0));
            case SuperCall.ThreadExit:
                return await ThreadExit(thread);
            case SuperCall.SigMask:
                ChangeMask(thread);
                return world.Has(Defect.NoCheckAfterUnblock) || await HandlePending(thread);
            case SuperCall.SigRaise:
                return await RaiseParked(thread);
            case SuperCall.SigRestore:
                return await Restore(thread);
            case SuperCall.SigKill:
                Kill(thread);
                return await HandlePending(thread);
            case SuperCall.SigSuspend when system.Has(Repairs.SuspendUntilParked):
                await Settle(thread, Suspensions.SuspendUntilParked(thread));
                return true;
            case SuperCall.SigSuspend:
                await Settle(thread, Suspensions.Suspend(thread));
                return world.Has(Defect.MaskRestoredBeforeDelivery) || await HandlePending(thread);
            case SuperCall.SigSuspendMask:
                await Settle(thread, Suspensions.SuspendUnderMask(thread));
                return true;
            case SuperCall.Exec:
                await posix.Execution.Exec(thread);
                return false;
            case SuperCall.Clone:
                await Clone(thread);
                return true;
            case SuperCall.Cancel:
            default:
                await system.Sides.Requests.CancelRequested(
                    system, thread, (uint)Argument(thread, 0), (int)Argument(thread, 1));
                return true;
        }
    }

    /// <summary>Waits on behalf of a stopped thread.</summary>
    private async ModelTask<Unit> Settle(Handle<PosixThread> thread, ModelTask<Unit> wait)
    {
        uint kernel = posix.Processes.Thread(thread).Kernel.Index;
        system.SetSettled(kernel, !wait.IsCompleted);
        await wait;
        system.SetSettled(kernel, isSettled: false);
        return default;
    }

    /// <summary>Argument of the supercall that a thread has stopped for.</summary>
    /// <param name="thread">A stopped thread.</param>
    /// <param name="index">Number of the argument.</param>
    /// <returns>Its value.</returns>
    internal long Argument(Handle<PosixThread> thread, int index) =>
        world.Threads[posix.Processes.Thread(thread).Kernel].Registers[index];

    /// <summary>Sets a result that a thread finds when it runs on.</summary>
    /// <param name="thread">A stopped thread.</param>
    /// <param name="index">Number of the result.</param>
    /// <param name="value">Its value.</param>
    internal void SetResult(Handle<PosixThread> thread, int index, long value)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(thread).Kernel;
        world.Writes(ObjectKind.Thread, kernel.Index);
        world.Threads[kernel].Registers[index] = value;
    }

    /// <summary>Ends a thread whose grace is over if a fatal signal is still due.</summary>
    private async ModelTask<bool> EndGrace(Handle<PosixThread> thread)
    {
        int signal = Grace.TakeFatal(thread);
        if (signal < 0)
        {
            return await HandlePending(thread);
        }

        Handle<Process> process = posix.Processes.Thread(thread).Process;
        await posix.Processes.Terminate(thread);
        await posix.Processes.TerminateGroup(process, -(int)SignalTable.NumberAt(signal));
        return false;
    }

    private async ModelTask<bool> MayRaise(Handle<PosixThread> thread)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(thread).Kernel;
        await world.WritePoint(PointKind.FlagUpdate, ObjectKind.ThreadPage, kernel.Index);
        ref KernelThread state = ref world.Threads[kernel];
        if (state.GuardFlag == 0)
        {
            return true;
        }

        Verify.That(state.State == KernelThreadState.Stopped, "the guard flag of a thread that is not frozen is written");
        Verify.That(state.GuardFlag <= 2, "a guard flag that is not 0, 1 or 2");
        state.GuardFlag = 2;
        return false;
    }

    private void Park(Handle<PosixThread> thread, int signal, SignalHandling handling)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        world.Note(NoteKind.SignalParked, signal, state.Strand);
        state.ParkedSignal = signal + 1;
        state.ParkedHandling = handling;
        int call = system.Ledger[state.Strand].Call - 1;
        if (call >= 0 && system.Scenario.CallAt(call).Kind == CallKind.Nanosleep)
        {
            system.Repaired(Repairs.SleepEndsBySignal);
        }
    }

    private async ModelTask<bool> Raise(Handle<PosixThread> thread, int signal, SignalHandling handling)
    {
        if (handling.Action.Disposition == SignalDisposition.Ignore)
        {
            system.Ledger.SignalDropped(posix.Processes.Thread(thread).Strand);
            return true;
        }

        if (!handling.IsFatal && system.TryPushHandler(thread, signal, handling.Action.Flags))
        {
            return true;
        }

        Handle<Process> process = posix.Processes.Thread(thread).Process;
        await posix.Processes.Terminate(thread);
        await posix.Processes.TerminateGroup(process, -(int)SignalTable.NumberAt(signal));
        return false;
    }

    private async ModelTask<bool> RaiseParked(Handle<PosixThread> thread)
    {
        int depth = world.Threads[posix.Processes.Thread(thread).Kernel].ActivationDepth;
        int parked = posix.Processes.Thread(thread).ParkedSignal;
        posix.Processes.Thread(thread).Grace = 0;
        ForgetCancelRequest(thread);
        system.Sides.Signals.GuardEnded(system, thread);
        posix.Processes.Files.LanesLeft(posix.Processes.Thread(thread).Process);
        if (parked != 0)
        {
            SignalHandling handling = posix.Processes.Thread(thread).ParkedHandling;
            posix.Processes.Thread(thread).ParkedSignal = 0;
            if (!await Raise(thread, parked - 1, handling))
            {
                return false;
            }
        }

        Suspensions.RestoreMask(thread);
        bool isAlive = await HandlePending(thread);
        if (isAlive && system.Has(Repairs.CallsRestart))
        {
            world.Threads.ReportRestart(posix.Processes.Thread(thread).Kernel, depth);
        }

        return isAlive;
    }

    /// <summary>What was asked for in a guard is over with it; else the next call would find the word.</summary>
    private void ForgetCancelRequest(Handle<PosixThread> thread)
    {
        Handle<KernelThread> kernel = posix.Processes.Thread(thread).Kernel;
        if (world.Threads[kernel].IsCancelRequested && system.Repaired(Repairs.CancelWordEndsWithGuard))
        {
            world.Writes(ObjectKind.ThreadPage, kernel.Index);
            world.Threads[kernel].IsCancelRequested = false;
        }
    }

    private async ModelTask<bool> Restore(Handle<PosixThread> thread)
    {
        system.PopHandler(thread);
        system.Ledger.HandlerReturnedToUser(posix.Processes.Thread(thread).Strand);
        return world.Has(Defect.NoCheckAfterHandler) || await HandlePending(thread);
    }

    private void ChangeMask(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        ushort former = state.Mask;
        var set = (ushort)Argument(thread, 1);
        var part = (SuspendPart)Argument(thread, 2);
        SetResult(thread, 1, former);
        if (part == SuspendPart.Begins && state.ParkedSignal != 0)
        {
            SetResult(thread, 0, (long)SuspendPart.Refused);
            return;
        }

        if (part == SuspendPart.Ends)
        {
            state.MaskToRestore = set;
            state.HasMaskToRestore = true;
            return;
        }

        state.Mask = posix.Signals.MaskAfter(former, (MaskChange)Argument(thread, 0), set);
        // Window T4: Corpus/windows/pause-parked-before-sequence.scn
        SetResult(thread, 2, state.EnteredSignalSequence);
    }

    private void Kill(Handle<PosixThread> thread)
    {
        var process = (int)Argument(thread, 0);
        var target = (int)Argument(thread, 1);
        SetResult(thread, 0, posix.Processes.Send(process, target, (int)Argument(thread, 2)));
    }

    private void Fork(Handle<PosixThread> thread)
    {
        Handle<PosixThread> child = posix.Processes.Fork(thread, (int)Argument(thread, 0));
        SetResult(thread, 0, ProcessNumber.Of(posix.Processes.Thread(child).Strand));
        posix.Serve(child);
        world.Threads.Resume(posix.Processes.Thread(child).Kernel);
    }

    private async ModelTask<Unit> Clone(Handle<PosixThread> thread)
    {
        bool isRefused = world.Has(Defect.CloneRefusedWhilePending) && posix.Signals.Pending(thread) != 0;
        Handle<PosixThread> created = isRefused ? default : posix.Processes.Clone(thread, (int)Argument(thread, 0));
        SetResult(thread, 0, created.IsNone ? (long)Errno.EAGAIN : 0);
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

    private async ModelTask<bool> Exit(Handle<PosixThread> thread, int status)
    {
        Handle<Process> process = posix.Processes.Thread(thread).Process;
        await posix.Processes.Terminate(thread);
        await posix.Processes.TerminateGroup(process, status);
        return false;
    }

    private async ModelTask<bool> ThreadExit(Handle<PosixThread> thread)
    {
        Handle<Process> process = posix.Processes.Thread(thread).Process;
        await posix.Processes.Terminate(thread);
        if (posix.Processes[process].ThreadCount == 0)
        {
            await posix.Processes.TerminateGroup(process, 0);
        }

        return false;
    }
}
