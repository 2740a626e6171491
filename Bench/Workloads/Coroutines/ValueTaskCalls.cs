// Async ValueTask methods: a call that does not suspend allocates nothing, one that does needs a new box.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Bench.Workloads.Coroutines;

/// <summary>Suspending and calling with async <see cref="ValueTask"/> methods.</summary>
/// <param name="depth">Where the suspension is.</param>
public sealed class ValueTaskCalls(CallDepth depth) : IWorkload
{
    private readonly ManualResumption resumption = new();
    private long sum;
    private bool isStopping;

    /// <inheritdoc/>
    public string Name => $"{depth.Prefix()}-value-task";

    /// <inheritdoc/>
    public string Summary => $"async ValueTask: {depth.Describe()}";

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

    private async ValueTask Loop()
    {
        while (!isStopping)
        {
            await resumption;
            sum++;
        }
    }

    private async ValueTask LoopOfCalls()
    {
        while (!isStopping)
        {
            sum += await Leaf(1).ConfigureAwait(false);
        }
    }

    private async ValueTask LoopOfDeepCalls()
    {
        while (!isStopping)
        {
            sum += await Outer(1).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> Outer(int value) => await Middle(value).ConfigureAwait(false) + 1;

    private async ValueTask<int> Middle(int value) => await Leaf(value).ConfigureAwait(false) + 1;

    private async ValueTask<int> Leaf(int value)
    {
        await resumption;
        return value + 1;
    }
}
