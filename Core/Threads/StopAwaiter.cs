// Suspends a user coroutine whose thread is stopped or blocked: it goes on as the party's continuation once the thread runs
// again.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Threads;

/// <summary>Awaits that the running thread is resumed or woken.</summary>
/// <param name="world">The world.</param>
/// <param name="thread">The thread, which must just have stopped or blocked.</param>
public readonly struct StopAwaiter(World world, Handle<KernelThread> thread) : ICriticalNotifyCompletion, IModelAwaiter
{
    /// <summary>Always false: the thread does not run.</summary>
    public bool IsCompleted => false;

    /// <summary>Supports await.</summary>
    /// <returns>This.</returns>
    public StopAwaiter GetAwaiter() => this;

    /// <summary>What ended a block.</summary>
    /// <returns>None or Cancelled for blocks.</returns>
    public HelError GetResult()
    {
        world.Scheduler.BeginStep(PointKind.RunOn, ObjectKind.Thread, thread.Index, isWrite: false);
        return world.Threads[thread].WakeResult;
    }

    /// <inheritdoc/>
    public void OnSuspend(TaskBox box) => world.Scheduler[world.Scheduler.Current].Continuation = world.Tasks.Adopt(box);

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => Verify.Fail("stops have no delegate continuations");

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Verify.Fail("stops have no delegate continuations");
}
