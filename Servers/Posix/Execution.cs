// Exec (process.cpp, Process::exec): the calling thread's kernel thread is killed and a new one takes its place in the same
// universe, with the same files, mask and pending signals; handled signals get their default action. What Managarm leaves as it
// is, is left here, too: the page of the thread is the same memory, so the guard that mlibc holds around exec stays written in it
// and a parked signal stays parked; the process's other threads run on in the old image; an end of the group that was told to
// the killed thread is not told again. Requests that the old image has in flight live on in their servers. A new thread has new
// credentials, so its cancellation ids, which begin at 1 again, cannot name them.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

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
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing; the caller must no longer observe.</returns>
    public async ModelTask<Unit> Exec(Handle<PosixThread> thread)
    {
        Handle<KernelThread> former = posix.Processes.Thread(thread).Kernel;
        await world.WritePoint(PointKind.KillThread, ObjectKind.Thread, former.Index);
        world.Counters.ServerEntries++;
        int nextCall = KillImage(thread);
        await posix.Processes.StopServing(thread);
        Handle<KernelThread> started = CreateImage(thread, nextCall);
        await world.WritePoint(PointKind.ResumeThread, ObjectKind.Thread, started.Index);
        world.Counters.ServerEntries++;
        world.Threads.Resume(started);
        posix.Serve(thread);
        if (posix.Processes.Thread(thread).IsForcedToEnd && system.Has(Repairs.ExecBeginsUnguarded))
        {
            await world.WritePoint(PointKind.InterruptThread, ObjectKind.Thread, started.Index);
            world.Counters.ServerEntries++;
            world.Threads.Interrupt(started);
        }

        return default;
    }

    /// <summary>Kills the old image: its call never returns.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>The call with which the new image begins, or -1 when it has none.</returns>
    public int KillImage(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        int nextCall = world.Threads.TopActivation(state.Kernel).NextCall;
        world.Threads[state.Kernel].IsReplaced = true;
        world.Threads.Kill(state.Kernel);
        system.Ledger.ImageReplaced(state.Strand);
        return nextCall;
    }

    /// <summary>Makes the thread of the new image.</summary>
    /// <param name="thread">A thread whose old image was killed and is no longer served.</param>
    /// <param name="nextCall">First call of the new image, or -1.</param>
    /// <returns>The kernel thread, not resumed yet.</returns>
    public Handle<KernelThread> CreateImage(Handle<PosixThread> thread, int nextCall)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        Handle<KernelThread> former = state.Kernel;
        Handle<Universe> universe = posix.Processes[state.Process].Universe;
        posix.Signals.ResetHandlers(state.Process);
        world.Writes(ObjectKind.Strand, (uint)state.Strand);
        system.Ledger.Signals.ActionsReset(state.Strand);
        state.Kernel = system.CreateUserThread(state.Strand, nextCall, universe, ThreadOrigin.Exec);
        world.Threads[state.Kernel].KeepPage(world.Threads[former]);
        if (world.Has(Defect.IdSeedRepeated))
        {
            world.Threads[state.Kernel].Credentials = world.Threads[former].Credentials;
        }

        // Window exec: Corpus/windows/exec-inside-guard.scn
        if (system.Repaired(Repairs.ExecBeginsUnguarded))
        {
            LeaveGuard(thread);
        }

        system.Sides.Signals.ThreadBegins(system, thread);
        world.Note(NoteKind.ImageReplaced, state.Kernel.Index, former.Index);
        world.Events.FreeSource(state.Generation);
        state.Generation = world.Events.CreateSource(state.Kernel.Index);
        state.IsInTermination = false;
        state.AreSignalsDone = false;
        state.AreRequestsDone = false;
        ReplacePosixLane(thread, world.Threads[former].PosixLaneDescriptor);
        world.Gates.Update();
        return state.Kernel;
    }

    /// <summary>The guard around exec ends with the old image, and so does what was parked in it.</summary>
    private void LeaveGuard(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        world.Threads[state.Kernel].GuardFlag = 0;
        state.Grace = 0;
        state.IsGraceOver = false;
        if (state.ParkedSignal != 0)
        {
            int parked = state.ParkedSignal - 1;
            state.ParkedSignal = 0;
            posix.Signals.PutBack(thread, parked);
        }
    }

    /// <summary>Managarm leaves the old descriptor open, with nobody at the other end; a bounded table cannot.</summary>
    private void ReplacePosixLane(Handle<PosixThread> thread, uint former)
    {
        ref PosixThread state = ref posix.Processes.Thread(thread);
        if (former != 0)
        {
            world.Universes.Close(posix.Processes[state.Process].Universe, former);
        }

        posix.Processes.AttachPosixLane(thread);
    }
}
