// The waits of a sigsuspend on behalf of a stopped thread (superSigSuspend, posix/subsystem/src/observations.cpp): what ends
// them, and which mask is in force meanwhile. While it waits here the thread stands in a guard and is not observed, so what is
// accepted is parked. There are three: Suspend as Managarm has it today, SuspendUntilParked and SuspendUnderMask as repairs have
// it. Observations answers the supercalls that lead here.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>Waits for the signals that end a sigsuspend.</summary>
internal sealed class Suspensions
{
    private readonly ModelSystem system;
    private readonly PosixServer posix;
    private readonly Observations observations;
    private readonly World world;

    internal Suspensions(ModelSystem system, PosixServer posix, Observations observations)
    {
        this.system = system;
        this.posix = posix;
        this.observations = observations;
        world = system.World;
    }

    /// <summary>Waits as superSigSuspend does: until a signal comes that the mask lets in, even an ignored one. With
    /// <see cref="Repairs.SuspendEndsByDelivery"/> it waits until one was delivered.</summary>
    /// <param name="thread">The stopped thread.</param>
    /// <returns>Nothing.</returns>
    internal async ModelTask<Unit> Suspend(Handle<PosixThread> thread)
    {
        bool wasParked = posix.Processes.Thread(thread).ParkedSignal != 0;
        bool hasEntered = (uint)observations.Argument(thread, 0) != posix.Processes.Thread(thread).EnteredSignalSequence;
        if (hasEntered && (wasParked || !system.Repaired(Repairs.SuspendEndsByDelivery)))
        {
            return default;
        }

        if (wasParked && system.Repaired(Repairs.SuspendSeesParked))
        {
            return default;
        }

        if (system.Has(Repairs.SuspendEndsByDelivery))
        {
            return await SuspendUntilDelivery(thread, wasParked);
        }

        uint sequence = posix.Processes[posix.Processes.Thread(thread).Process].SignalSequence;
        var allowed = (ushort)~posix.Processes.Thread(thread).Mask;
        if (posix.Signals.Pending(thread) == 0)
        {
            // Window S4: Corpus/windows/pause-ended-by-ignored-signal.scn
            // Window S4: Corpus/windows/exit-waits-for-pause.scn
            await posix.Signals.Poll(thread, sequence, allowed, CancelToken.None);
        }

        if (!posix.Signals.IsDeliverySeen(thread))
        {
            system.Repaired(Repairs.SuspendEndsByDelivery);
        }

        return default;
    }

    /// <summary>The thread stands in a guard, so what is accepted here is parked; what is ignored is dropped and ends
    /// nothing.</summary>
    private async ModelTask<Unit> SuspendUntilDelivery(Handle<PosixThread> thread, bool wasParked)
    {
        while (true)
        {
            await observations.HandlePending(thread);
            bool isParked = posix.Processes.Thread(thread).ParkedSignal != 0;
            if (posix.Processes.Thread(thread).IsForcedToEnd || (isParked && !wasParked))
            {
                return default;
            }

            await posix.Signals.WaitForBells(thread, CancelToken.None);
        }
    }

    /// <summary>The thread stands in a guard, so what is accepted here is parked, which cancels the epoch; what is ignored is
    /// dropped and ends nothing.</summary>
    /// <param name="thread">The stopped thread.</param>
    /// <returns>Nothing.</returns>
    internal async ModelTask<Unit> SuspendUntilParked(Handle<PosixThread> thread)
    {
        while (!world.Events.IsCancelled(system.Sides.Signals.ParkedToken(thread)))
        {
            await observations.HandlePending(thread);
            await posix.Signals.WaitForBells(thread, system.Sides.Signals.ParkedToken(thread));
        }

        return default;
    }

    /// <summary>What was accepted under the former mask must be raised under it, so nothing is changed while that is
    /// parked.</summary>
    /// <param name="thread">The stopped thread.</param>
    /// <returns>Nothing.</returns>
    internal async ModelTask<Unit> SuspendUnderMask(Handle<PosixThread> thread)
    {
        var mask = (ushort)observations.Argument(thread, 0);
        bool isFirst = posix.Processes.Thread(thread).ParkedSignal == 0;
        observations.SetResult(thread, 0, isFirst ? 1 : 0);
        if (!isFirst)
        {
            return default;
        }

        ref PosixThread state = ref posix.Processes.Thread(thread);
        state.MaskToRestore = state.Mask;
        state.HasMaskToRestore = true;
        ushort given = world.Has(Defect.SuspendEndsByAnySignal) ? (ushort)(mask & state.Mask) : mask;
        state.Mask = posix.Signals.MaskAfter(state.Mask, MaskChange.Set, given);
        await SuspendUntilParked(thread);
        if (world.Has(Defect.MaskRestoredBeforeDelivery))
        {
            RestoreMask(thread);
        }

        return default;
    }

    /// <summary>The mask of a sigsuspend that ends without a handler; with one its frame has taken the former mask.</summary>
    /// <param name="thread">The thread.</param>
    internal void RestoreMask(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        if (state.HasMaskToRestore)
        {
            state.Mask = state.MaskToRestore;
            state.HasMaskToRestore = false;
        }
    }

    /// <summary>A thread was told to end. One that stands in superSigSuspend is not observed there.</summary>
    /// <param name="thread">The thread.</param>
    public void ToldToEnd(Handle<PosixThread> thread)
    {
        Handle<KernelThread> handle = posix.Processes.Threads[thread].Kernel;
        if (system.Has(Repairs.SuspendEndsByDelivery))
        {
            world.Reads(ObjectKind.Thread, handle.Index);
        }

        ref KernelThread kernel = ref world.Threads[handle];
        bool isSuspended = kernel.State == KernelThreadState.Stopped && kernel.IsWaitingInCall;
        if (isSuspended && system.Repaired(Repairs.SuspendEndsByDelivery))
        {
            world.Events.Ring(ref posix.Processes.Thread(thread).Signals.Bell);
        }
    }
}
