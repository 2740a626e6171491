// The awaitable of a point. Staying on the same party completes synchronously, which is what makes points cheap; the access
// that follows the point is recorded when it really happens, after a preemption if there is one.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>A preemption point; await it right before the access that it announces.</summary>
public readonly struct PointAwaiter : ICriticalNotifyCompletion, IModelAwaiter
{
    private readonly Scheduler scheduler;
    private readonly uint index;
    private readonly PointKind kind;
    private readonly ObjectKind objectKind;
    private readonly bool isWrite;
    private readonly bool stays;

    internal PointAwaiter(Scheduler scheduler, PointKind kind, ObjectKind objectKind, uint index, bool isWrite, bool stays)
    {
        this.scheduler = scheduler;
        this.kind = kind;
        this.objectKind = objectKind;
        this.index = index;
        this.isWrite = isWrite;
        this.stays = stays;
    }

    /// <summary>Whether the party goes on without a switch.</summary>
    public bool IsCompleted => stays;

    /// <summary>Supports await.</summary>
    /// <returns>This.</returns>
    public PointAwaiter GetAwaiter() => this;

    /// <summary>Begins the step behind the point.</summary>
    public void GetResult() => scheduler.BeginStep(kind, objectKind, index, isWrite);

    /// <inheritdoc/>
    public void OnSuspend(TaskBox box) => scheduler.SuspendAtPoint(box);

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => Verify.Fail("points have no delegate continuations");

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Verify.Fail("points have no delegate continuations");
}
