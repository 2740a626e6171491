// The words of a thread's page that calls store and load: what the POSIX server is told of the request in flight, and what it
// asks for. Every access is a step, since page and server are concurrent; the queue's and the guard's words are elsewhere.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Servers.Userland;

/// <summary>Stores and loads the words of thread pages.</summary>
public sealed class ThreadPageWords
{
    private readonly World world;

    internal ThreadPageWords(World world)
    {
        this.world = world;
    }

    /// <summary>Writes the word of the thread page that tells the POSIX server which event to raise (setCurrentRequestEvent,
    /// mlibc 7e195dd2).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="descriptor">Descriptor of the event, or 0.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> PublishEvent(Handle<KernelThread> thread, uint descriptor)
    {
        PointKind point = descriptor == 0 ? PointKind.EventWithdraw : PointKind.EventPublish;
        await world.WritePoint(point, ObjectKind.ThreadPage, thread.Index);
        world.Threads[thread].CancelEvent = descriptor;
        return default;
    }

    /// <summary>Writes the words of the thread page that tell the POSIX server which request is in flight (setCancellationId,
    /// mlibc 33a4c3d0): lane and file by plain stores, then the id, whose store the point announces; nobody looks at the
    /// others while the id is 0.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="cancellationId">Id of the request.</param>
    /// <param name="lane">Descriptor of its lane.</param>
    /// <param name="file">Its file number, or -1 on the posix lane.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> PublishRequest(Handle<KernelThread> thread, uint cancellationId, uint lane, int file)
    {
        await world.WritePoint(PointKind.RequestPublish, ObjectKind.ThreadPage, thread.Index);
        world.Threads[thread].RequestLane = lane;
        world.Threads[thread].RequestFile = file;
        world.Threads[thread].RequestId = cancellationId;
        return default;
    }

    /// <summary>Says in the thread page that no request is in flight (resetCancellationId, mlibc 33a4c3d0).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> WithdrawRequest(Handle<KernelThread> thread)
    {
        await world.WritePoint(PointKind.RequestWithdraw, ObjectKind.ThreadPage, thread.Index);
        world.Threads[thread].RequestId = 0;
        return default;
    }

    /// <summary>Resets the word of the thread page by which the POSIX server asks for a cancel (resetCancellationRequested,
    /// mlibc 5730ed14). A request for a cancel that has come since the word was read is lost.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> ResetCancelRequest(Handle<KernelThread> thread)
    {
        await world.WritePoint(PointKind.CancelReset, ObjectKind.ThreadPage, thread.Index);
        world.Threads[thread].IsCancelRequested = false;
        return default;
    }

    /// <summary>Looks whether a signal is parked, in the running step.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>True when the guard flag is 2.</returns>
    public bool IsParked(Handle<KernelThread> thread)
    {
        world.Reads(ObjectKind.ThreadPage, thread.Index);
        return world.Threads[thread].GuardFlag == 2;
    }

    /// <summary>Looks whether a wait is to be given up.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="until">What to look at; not <see cref="DequeueUntil.Completion"/>.</param>
    /// <returns>True when a signal is parked, or a cancel is asked for.</returns>
    public async ModelTask<bool> IsCancelled(Handle<KernelThread> thread, DequeueUntil until)
    {
        PointKind point = until == DequeueUntil.SignalParked ? PointKind.FlagCheck : PointKind.CancelCheck;
        await world.ReadPoint(point, ObjectKind.ThreadPage, thread.Index);
        ref KernelThread page = ref world.Threads[thread];
        return until == DequeueUntil.SignalParked ? page.GuardFlag == 2 : page.IsCancelRequested;
    }
}
