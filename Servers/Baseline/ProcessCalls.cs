// Calls of the monolithic kernel that make and end processes and threads: fork, clone, exec, exit. A thread is never ended by
// another one: it is told to end, and ends on its way out of the kernel or at the next point of its own code.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Baseline;

/// <summary>Processes and threads of the monolithic kernel.</summary>
internal sealed class ProcessCalls
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly ThreadTable<MonolithicThread> own;
    private readonly CallSources sources;
    private readonly Attention attention;

    internal ProcessCalls(ModelSystem system, ThreadTable<MonolithicThread> own, CallSources sources, Attention attention)
    {
        this.system = system;
        this.own = own;
        this.sources = sources;
        this.attention = attention;
        world = system.World;
    }

    private Processes Processes => system.Posix.Processes;

    /// <summary>Makes a call of fork.</summary>
    /// <param name="self">The calling thread.</param>
    /// <param name="strand">Strand of the child.</param>
    /// <returns>Number of the child.</returns>
    internal CallResult Fork(Handle<PosixThread> self, int strand)
    {
        Handle<PosixThread> child = Processes.Fork(self, strand);
        world.Threads.Resume(Processes.Thread(child).Kernel);
        return new CallResult(ProcessNumber.Of(strand), default);
    }

    /// <summary>Makes a call of clone.</summary>
    /// <param name="self">The calling thread.</param>
    /// <param name="strand">Strand of the new thread.</param>
    /// <returns>0, or EAGAIN.</returns>
    internal CallResult Clone(Handle<PosixThread> self, int strand)
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
    /// <param name="self">The calling thread.</param>
    /// <returns>EINTR where the process ends; else the image starts when the thread's turn ends.</returns>
    internal async ModelTask<CallResult> Exec(Handle<PosixThread> self)
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

        own[self.Index].IsExecuting = true;
        await new StopAwaiter(world, Processes.Thread(self).Kernel);
        return default;
    }

    /// <summary>Starts the new image of a thread whose exec has come that far.</summary>
    /// <param name="self">The thread.</param>
    internal void StartImage(Handle<PosixThread> self)
    {
        ref PosixThread thread = ref Processes.Thread(self);
        own[self.Index].IsExecuting = false;
        sources.Release(self);
        int nextCall = system.Posix.Execution.KillImage(self);
        system.Posix.Execution.CreateImage(self, nextCall);
        world.Threads.Resume(thread.Kernel);
        attention.NoticePending(self);
    }

    /// <summary>Ends a process: its other threads are told to.</summary>
    /// <param name="self">A thread of the process.</param>
    /// <param name="status">Its status.</param>
    internal void EndProcess(Handle<PosixThread> self, int status)
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
                    attention.Attend(threads.HandleAt(index));
                }
            }
        }
    }

    /// <summary>Ends the calling thread: it never goes on, and when its turn is over it is finished.</summary>
    /// <param name="self">The thread.</param>
    /// <returns>Never.</returns>
    internal async ModelTask<Unit> EndThread(Handle<PosixThread> self)
    {
        Processes.Thread(self).IsInTermination = true;
        await new StopAwaiter(world, Processes.Thread(self).Kernel);
        return default;
    }

    /// <summary>Removes a thread that has ended, and its process with the last one.</summary>
    /// <param name="self">The thread.</param>
    internal void Finish(Handle<PosixThread> self)
    {
        Handle<Process> process = Processes.Thread(self).Process;
        if (!own[self.Index].CallSource.IsNone)
        {
            world.Events.FreeSource(own[self.Index].CallSource);
        }

        own[self.Index] = default;
        Processes.EndKernelThread(self);
        Processes.Remove(self);
        if (Processes[process].ThreadCount == 0)
        {
            Processes.Finish(process);
            return;
        }

        attention.Retarget(process);
    }

    private static CallResult Status(Errno error) => new(-(long)error, default);
}
