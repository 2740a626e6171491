// Who is to notice a signal in the monolithic kernel, and how it is made to: a signal of a process goes to one thread that does
// not block it; the call of a thread that is in one is cancelled, one in user code is called to the kernel. When masks change
// or threads end, what is pending finds another thread (Linux: complete_signal, retarget_shared_pending).

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Baseline;

/// <summary>Calls the attention of threads to signals.</summary>
internal sealed class Attention
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly CallSources sources;

    internal Attention(ModelSystem system, CallSources sources)
    {
        this.system = system;
        this.sources = sources;
        world = system.World;
    }

    private Processes Processes => system.Posix.Processes;

    /// <summary>Planted defects that forget to look for further signals.</summary>
    internal bool ForgetsPending => world.Has(Defect.OneSignalPerObservation) || world.Has(Defect.NoCheckAfterHandler);

    /// <summary>A signal was issued: chooses who is to notice it. Kernel code on the sender's party.</summary>
    /// <param name="process">Process of the target.</param>
    /// <param name="thread">The target thread, or none for the process.</param>
    /// <param name="signal">Table index.</param>
    internal void SignalIssued(Handle<Process> process, Handle<PosixThread> thread, int signal)
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

    /// <summary>Chooses anew who is to notice the signals of a process.</summary>
    /// <param name="process">A process in which a mask has changed or a thread has ended.</param>
    internal void Retarget(Handle<Process> process)
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

    /// <summary>Makes a thread look at its pending signals, in a call or in user code.</summary>
    /// <param name="target">The thread.</param>
    internal void Attend(Handle<PosixThread> target)
    {
        ref PosixThread thread = ref Processes.Thread(target);
        world.Writes(ObjectKind.Thread, thread.Kernel.Index);
        int party = world.Threads[thread.Kernel].Party;
        world.Scheduler.CallAttention(party);
        bool isInCall = sources.IsInCall(target);
        if (isInCall && world.Has(Defect.SignalBeforeSleepLost) && !world.Threads[thread.Kernel].IsWaitingInCall)
        {
            return;
        }

        if (isInCall)
        {
            sources.Cancel(target);
        }
        else if (world.Threads[thread.Kernel].State == KernelThreadState.Running)
        {
            world.Scheduler.Enable(party);
        }
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
}
