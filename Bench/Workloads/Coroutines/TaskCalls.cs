// The framework's usual coroutines: async Task methods, one new box for each call that suspends.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Bench.Workloads.Coroutines;

/// <summary>Suspending and calling with async <see cref="Task"/> methods.</summary>
/// <param name="depth">Where the suspension is.</param>
public sealed class TaskCalls(CallDepth depth) : IWorkload
{
    private readonly ManualResumption resumption = new();
    private long sum;
    private bool isStopping;

    /// <inheritdoc/>
    public string Name => $"{depth.Prefix()}-task";

    /// <inheritdoc/>
    public string Summary => $"async Task: {depth.Describe()}";

    /// <inheritdoc/>
    public string Unit => "resumption";

    /// <inheritdoc/>
    public void Prepare()
    {
        Task running = depth switch
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

    private async Task Loop()
    {
        while (!isStopping)
        {
            await resumption;
            sum++;
        }
    }

    private async Task LoopOfCalls()
    {
        while (!isStopping)
        {
            sum += await Leaf(1).ConfigureAwait(false);
        }
    }

    private async Task LoopOfDeepCalls()
    {
        while (!isStopping)
        {
            sum += await Outer(1).ConfigureAwait(false);
        }
    }

    private async Task<int> Outer(int value) => await Middle(value).ConfigureAwait(false) + 1;

    private async Task<int> Middle(int value) => await Leaf(value).ConfigureAwait(false) + 1;

    private async Task<int> Leaf(int value)
    {
        await resumption;
        return value + 1;
    }
}
