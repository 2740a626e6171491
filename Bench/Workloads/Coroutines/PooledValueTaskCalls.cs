// The best that the framework has against garbage: async ValueTask methods whose boxes come from the builder's pool.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Bench.Workloads.Coroutines;

/// <summary>Suspending and calling with async <see cref="ValueTask"/> methods with pooled boxes.</summary>
/// <param name="depth">Where the suspension is.</param>
public sealed class PooledValueTaskCalls(CallDepth depth) : IWorkload
{
    private readonly ManualResumption resumption = new();
    private long sum;
    private bool isStopping;

    /// <inheritdoc/>
    public string Name => $"{depth.Prefix()}-pooled-value-task";

    /// <inheritdoc/>
    public string Summary => $"pooled async ValueTask: {depth.Describe()}";

    /// <inheritdoc/>
    public string Unit => "resumption";

    /// <inheritdoc/>
    public void Prepare()
    {
        ValueTask running = depth switch
        {
            CallDepth.Loop => Loop(),
            CallDepth.Call => LoopOfCalls(),
            _ => LoopOfDeepCalls(),
        };
        Verify.That(!running.IsCompleted, "a loop ended before it was told to");
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            resumption.Resume();
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isStopping = true;
        resumption.Resume();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask Loop()
    {
        while (!isStopping)
        {
            await resumption;
            sum++;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask LoopOfCalls()
    {
        while (!isStopping)
        {
            sum += await Leaf(1).ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask LoopOfDeepCalls()
    {
        while (!isStopping)
        {
            sum += await Outer(1).ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> Outer(int value) => await Middle(value).ConfigureAwait(false) + 1;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> Middle(int value) => await Leaf(value).ConfigureAwait(false) + 1;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> Leaf(int value)
    {
        await resumption;
        return value + 1;
    }
}
