// The grace of a thread that stands in a guard while a fatal signal is parked, or pending behind a parked one. A guard may last
// as long as its call, and a process must end all the same: so the guard gets a limited time, and when that is over the thread
// is interrupted and looked at again by its own observation, which alone may end it. A guard that ends first ends the grace.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>Limits the time for which a guard keeps a fatal signal waiting.</summary>
internal sealed class FatalGrace(ModelSystem system, PosixServer posix)
{
    private readonly World world = system.World;

    /// <summary>Gives a thread that stands in a guard a limited time to leave it when a fatal signal is parked, or pending behind
    /// a parked one.</summary>
    /// <param name="thread">A thread that has parked a signal.</param>
    internal void BeginIfFatal(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        bool isFatal = state.ParkedHandling.IsFatal || posix.Signals.FatalPending(thread) >= 0;
        if (!isFatal || state.Grace != 0 || !system.Repaired(Repairs.FatalAfterGrace) || world.Has(Defect.GraceForgotten))
        {
            return;
        }

        state.Grace = ++state.LastGrace;
        long deadlineTicks = world.Timers.ReadClock() + LimitTicks.FatalGrace;
        world.Note(NoteKind.GraceBegins, state.Strand, deadlineTicks);
        WaitFor(thread, state.Grace, deadlineTicks).Detach();
    }

    /// <summary>The actions of a process have changed: what is pending behind a parked signal may be fatal only now, and nobody
    /// would be interrupted for it again.</summary>
    /// <param name="process">The process.</param>
    internal void ActionsChanged(Handle<Process> process)
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
                BeginIfFatal(threads.HandleAt(index));
            }
        }
    }

    /// <summary>Looks again whether a fatal signal is due: its guard may have ended, or its action may have changed. A signal
    /// that is due is taken from where it waits.</summary>
    /// <param name="thread">A thread whose grace was over when its observation began.</param>
    /// <returns>The signal that ends the thread; below 0 if none does.</returns>
    internal int TakeFatal(Handle<PosixThread> thread)
    {
        bool isSameGuard = posix.Processes.Thread(thread).Grace != 0;
        int signal = isSameGuard ? FatalDue(thread) : -1;
        signal = signal < 0 && world.Has(Defect.GraceNotRechecked) ? SignalTable.IndexOf(SignalNumber.Kill) : signal;
        posix.Processes.Thread(thread).IsGraceOver = false;
        posix.Processes.Thread(thread).Grace = 0;
        if (signal < 0)
        {
            return signal;
        }

        system.Lemmas.GraceOver(thread);
        world.Note(NoteKind.GraceOver, signal, posix.Processes.Thread(thread).Strand);
        if (posix.Processes.Thread(thread).ParkedSignal != signal + 1)
        {
            posix.Signals.TryFetch(thread, SignalTable.MaskOf(signal));
            posix.Signals.Accept(thread, signal);
        }

        return signal;
    }

    private int FatalDue(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        if (state.ParkedSignal != 0 && state.ParkedHandling.IsFatal)
        {
            return state.ParkedSignal - 1;
        }

        return posix.Signals.FatalPending(thread);
    }

    /// <summary>The thread is ended by its own observation only, so it is interrupted and looked at again there.</summary>
    private async ModelTask<Unit> WaitFor(Handle<PosixThread> thread, uint grace, long deadlineTicks)
    {
        Handle<Operation> operation = posix.Dispatcher.PrepareSleep(deadlineTicks);
        await posix.Dispatcher.Push(operation);
        world.Lanes.Free(operation);
        if (!posix.Processes.Threads.IsLive(thread) || posix.Processes.Thread(thread).Grace != grace)
        {
            return default;
        }

        posix.Processes.Thread(thread).IsGraceOver = true;
        Handle<KernelThread> kernel = posix.Processes.Thread(thread).Kernel;
        await world.WritePoint(PointKind.InterruptThread, ObjectKind.Thread, kernel.Index);
        world.Counters.ServerEntries++;
        world.Threads.Interrupt(kernel);
        return default;
    }
}
