// Kernel coroutines, suspended by an awaiter that only notes who waits and resumed by number, as the scheduler does it.

using System.Runtime.CompilerServices;
using Managarm.Perf.Bench.Workloads.Runs;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Bench.Workloads.Coroutines;

/// <summary>Suspending and calling with <see cref="ModelTask{T}"/>.</summary>
/// <param name="depth">Where the suspension is.</param>
public sealed class ModelTaskCalls(CallDepth depth) : IWorkload
{
    private readonly DrivenWorld driven = new();
    private int waiter;
    private long sum;
    private bool isStopping;

    /// <inheritdoc/>
    public string Name => $"{depth.Prefix()}-model-task";

    /// <inheritdoc/>
    public string Summary => $"ModelTask: {depth.Describe()}";

    /// <inheritdoc/>
    public string Unit => "resumption";

    /// <inheritdoc/>
    public void Prepare()
    {
        driven.World.Reset(default);
        (depth switch
        {
            CallDepth.Loop => Loop(),
            CallDepth.Call => LoopOfCalls(),
            _ => LoopOfDeepCalls(),
        }).Detach();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            driven.World.Tasks.Resume(waiter);
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isStopping = true;
        driven.World.Tasks.Resume(waiter);
        driven.Dispose();
    }

    private async ModelTask<Unit> Loop()
    {
        while (!isStopping)
        {
            await new Suspension(this);
            sum++;
        }

        return default;
    }

    private async ModelTask<Unit> LoopOfCalls()
    {
        while (!isStopping)
        {
            sum += await Leaf(1);
        }

        return default;
    }

    private async ModelTask<Unit> LoopOfDeepCalls()
    {
        while (!isStopping)
        {
            sum += await Outer(1);
        }

        return default;
    }

    private async ModelTask<int> Outer(int value) => await Middle(value) + 1;

    private async ModelTask<int> Middle(int value) => await Leaf(value) + 1;

    private async ModelTask<int> Leaf(int value)
    {
        await new Suspension(this);
        return value + 1;
    }

    private readonly struct Suspension(ModelTaskCalls owner) : ICriticalNotifyCompletion, IModelAwaiter
    {
        public bool IsCompleted => false;

        public Suspension GetAwaiter() => this;

        public void GetResult()
        {
            // Being resumed is all.
        }

        public void OnSuspend(TaskBox box) => owner.waiter = owner.driven.World.TaskOf(box);

        public void OnCompleted(Action continuation) => Verify.Fail("a kernel coroutine has no delegate");

        public void UnsafeOnCompleted(Action continuation) => Verify.Fail("a kernel coroutine has no delegate");
    }
}
