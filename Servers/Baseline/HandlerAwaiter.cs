// Runs a handler from inside the monolithic kernel: the caller suspends, the handler's activation goes on top of it, and it
// continues when the handler has returned.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Baseline;

/// <summary>Awaits the end of a handler; the result is false when its frame did not fit.</summary>
internal struct HandlerAwaiter(
    ModelSystem system, MonolithicKernel kernel, Handle<PosixThread> thread, int signal, SignalActionFlags flags)
    : ICriticalNotifyCompletion, IModelAwaiter
{
    /// <summary>Always false.</summary>
    public readonly bool IsCompleted => false;

    /// <summary>Supports await.</summary>
    /// <returns>This.</returns>
    public readonly HandlerAwaiter GetAwaiter() => this;

    /// <summary>Goes on after the handler.</summary>
    /// <returns>True: a handler whose frame does not fit never gets here with its thread alive.</returns>
    public readonly bool GetResult()
    {
        Handle<KernelThread> self = system.Posix.Processes.Threads[thread].Kernel;
        system.World.Scheduler.BeginStep(PointKind.RunOn, ObjectKind.Thread, self.Index, isWrite: false);
        return !kernel.OwnOf(thread).IsStackExhausted;
    }

    /// <inheritdoc/>
    public readonly void OnSuspend(TaskBox box)
    {
        World world = system.World;
        world.Scheduler[world.Scheduler.Current].Continuation = world.TaskOf(box);
        if (!system.TryPushHandler(thread, signal, flags))
        {
            kernel.OwnOf(thread).IsStackExhausted = true;
            return;
        }

        kernel.Attention.NoticePending(thread);
    }

    /// <inheritdoc/>
    public readonly void OnCompleted(Action continuation) => Verify.Fail("handlers have no delegate continuations");

    /// <inheritdoc/>
    public readonly void UnsafeOnCompleted(Action continuation) => Verify.Fail("handlers have no delegate continuations");
}
