// A whole run of the small scenario in one of its three forms: reset, random schedule, check. Every slice goes through the same
// seeds, so that all forms do the same steps.

using Managarm.Perf.Bench.MiniWorld;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Bench.Workloads.Runs;

/// <summary>The small scenario as a workload.</summary>
/// <param name="world">One of its forms; owned by the workload.</param>
public sealed class MiniRun(IMiniWorld world) : IWorkload
{
    private const uint Seeds = 1024;

    private readonly RandomWalk walk = new();
    private uint next;

    /// <inheritdoc/>
    public string Name => $"run-{world.Name}";

    /// <inheritdoc/>
    public string Summary => $"a whole run of the small scenario, written as {world.Name}";

    /// <inheritdoc/>
    public string Unit => "run";

    /// <inheritdoc/>
    public void Prepare() => next = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long steps = 0;
        for (int operation = 0; operation < operations; operation++)
        {
            walk.Seed(next++ % Seeds, 0);
            steps += world.Run(walk).Steps;
        }

        return steps;
    }

    /// <inheritdoc/>
    public void Dispose() => world.Dispose();
}
