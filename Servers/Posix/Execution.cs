// Exec (process.cpp, Process::exec): the calling thread's kernel thread is killed and a new one takes its place in the same
// universe, with the same files, mask and pending signals; handled signals get their default action. What Managarm leaves as it
// is, is left here, too: the page of the thread is the same memory, so the guard that mlibc holds around exec stays written in it
// and a parked signal stays parked; the process's other threads run on in the old image; an end of the group that was told to
// the killed thread is not told again. Requests that the old image has in flight live on in their servers. A new thread has new
// credentials, so its cancellation ids, which begin at 1 again, cannot name them.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>Replaces images.</summary>
public sealed class Execution
{
    private readonly ModelSystem system;
    private readonly PosixServer posix;
    private readonly World world;

    internal Execution(ModelSystem system, PosixServer posix)
    {
        this.system = system;
        this.posix = posix;
        world = system.World;
    }

    /// <summary>Replaces the image of a thread that is stopped in the exec supercall. The old image's coroutines are stopped
    /// and waited for in between.</summary>
    /// <param name="handle">The thread.</param>
    /// <returns>Nothing; the caller must no longer observe.</returns>
    public async KernelTask<Unit> Exec(Handle<PosixThread> handle)
    {
        Handle<KernelThread> former = posix.Processes.Thread(handle).Kernel;
        await world.WritePoint(PointKind.KillThread, ObjectKind.Thread, former.Index);
        world.Counters.ServerEntries++;
        int nextCall = KillImage(handle);
        await posix.Processes.StopServing(handle);
        Handle<KernelThread> started = CreateImage(handle, nextCall);
        await world.WritePoint(PointKind.ResumeThread, ObjectKind.Thread, started.Index);
        world.Counters.ServerEntries++;
        world.Threads.Resume(started);
        posix.Serve(handle);
        if (posix.Processes.Thread(handle).IsForcedToEnd && system.Has(Repairs.ExecBeginsUnguarded))
        {
            await world.WritePoint(PointKind.InterruptThread, ObjectKind.Thread, started.Index);
            world.Counters.ServerEntries++;
            world.Threads.Interrupt(started);
        }

        return default;
    }

    /// <summary>Kills the old image: its call never returns.</summary>
    /// <param name="handle">The thread.</param>
    /// <returns>The call with which the new image begins, or -1 when it has none.</returns>
    public int KillImage(Handle<PosixThread> handle)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        int nextCall = world.Threads.TopActivation(thread.Kernel).NextCall;
        world.Threads[thread.Kernel].IsReplaced = true;
        world.Threads.Kill(thread.Kernel);
        system.Ledger.ImageReplaced(thread.Strand);
        return nextCall;
    }

    /// <summary>Makes the thread of the new image.</summary>
    /// <param name="handle">A thread whose old image was killed and is no longer served.</param>
    /// <param name="nextCall">First call of the new image, or -1.</param>
    /// <returns>The kernel thread, not resumed yet.</returns>
    public Handle<KernelThread> CreateImage(Handle<PosixThread> handle, int nextCall)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        Handle<KernelThread> former = thread.Kernel;
        Handle<Universe> universe = posix.Processes[thread.Process].Universe;
        posix.Signals.ResetHandlers(thread.Process);
        world.Writes(ObjectKind.Strand, (uint)thread.Strand);
        system.Ledger.Signals.ActionsReset(thread.Strand);
        thread.Kernel = system.CreateUserThread(thread.Strand, nextCall, universe, ThreadOrigin.Exec);
        world.Threads[thread.Kernel].KeepPage(world.Threads[former]);
        if (world.Has(Defect.IdSeedRepeated))
        {
            world.Threads[thread.Kernel].Credentials = world.Threads[former].Credentials;
        }

        if (system.Has(Repairs.ExecBeginsUnguarded))
        {
            LeaveGuard(handle);
        }

        system.Sides.Signals.ThreadBegins(system, handle);
        world.Note(NoteKind.ImageReplaced, thread.Kernel.Index, former.Index);
        world.Events.FreeSource(thread.Generation);
        thread.Generation = world.Events.CreateSource(thread.Kernel.Index);
        thread.IsInTermination = false;
        thread.AreSignalsDone = false;
        thread.AreRequestsDone = false;
        ReplacePosixLane(handle, world.Threads[former].PosixLaneDescriptor);
        world.Gates.Update();
        return thread.Kernel;
    }

    /// <summary>The guard around exec ends with the old image, and so does what was parked in it.</summary>
    private void LeaveGuard(Handle<PosixThread> handle)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        world.Threads[thread.Kernel].GuardFlag = 0;
        thread.Grace = 0;
        thread.IsGraceOver = false;
        if (thread.ParkedSignal != 0)
        {
            int parked = thread.ParkedSignal - 1;
            thread.ParkedSignal = 0;
            posix.Signals.PutBack(handle, parked);
        }
    }

    /// <summary>Managarm leaves the old descriptor open, with nobody at the other end; a bounded table cannot.</summary>
    private void ReplacePosixLane(Handle<PosixThread> handle, uint former)
    {
        ref PosixThread thread = ref posix.Processes.Thread(handle);
        if (former != 0)
        {
            world.Universes.Close(posix.Processes[thread.Process].Universe, former);
        }

        posix.Processes.AttachPosixLane(handle);
    }
}
