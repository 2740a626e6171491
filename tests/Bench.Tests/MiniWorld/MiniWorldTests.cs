// The three small worlds are each other's oracle: equal seeds give equal steps, decisions, bytes, interruptions and traces,
// under every strategy. The coroutine world and the hand-written one allocate nothing when warm.

using Managarm.Perf.Bench.MiniWorld;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Bench.Tests.MiniWorld;

public sealed class MiniWorldTests : IDisposable
{
    private const ulong Seeds = 1000;
    private const uint ExpectedSteps = 100;

    private readonly CoroutineMiniWorld coroutines = new();
    private readonly FrameMiniWorld frames = new();
    private readonly TaskMiniWorld tasks = new();
    private readonly RandomWalk walk = new();
    private readonly PriorityChange pct = new();
    private readonly DelayBounded delays = new();

    public void Dispose()
    {
        coroutines.Dispose();
        frames.Dispose();
        tasks.Dispose();
    }

    [Theory]
    [InlineData("walk")]
    [InlineData("rare walk")]
    [InlineData("pct")]
    [InlineData("delays")]
    [InlineData("default")]
    public void Equal_seeds_give_equal_runs_in_all_worlds(string strategy)
    {
        uint interrupts = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            MiniResult expected = coroutines.Run(Seeded(strategy, seed));
            Assert.Equal(expected, frames.Run(Seeded(strategy, seed)));
            Assert.Equal(expected, tasks.Run(Seeded(strategy, seed)));
            interrupts += expected.Interrupts;
        }

        Assert.True(interrupts > Seeds, $"only {interrupts} interruptions");
    }

    [Fact]
    public void Different_seeds_give_different_runs()
    {
        var hashes = new HashSet<ulong>();
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            hashes.Add(frames.Run(Seeded("walk", seed)).TraceHash);
        }

        Assert.True(hashes.Count > (int)Seeds * 99 / 100);
    }

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Warm_worlds_without_host_tasks_allocate_nothing()
    {
        ZeroBytes.Check("coroutines", () => RunSeeds(coroutines));
        ZeroBytes.Check("frames", () => RunSeeds(frames));
        Assert.NotEqual(0, ZeroBytes.Measure(() => RunSeeds(tasks)));
    }

    private void RunSeeds(IMiniWorld world)
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            walk.Seed(seed, 0);
            world.Run(walk);
        }
    }

    private IScheduleStrategy Seeded(string strategy, ulong seed)
    {
        switch (strategy)
        {
            case "walk":
                walk.Seed(seed, 0);
                return walk;
            case "rare walk":
                walk.Seed(seed, 3);
                return walk;
            case "pct":
                pct.Seed(seed, 3, ExpectedSteps);
                return pct;
            case "delays":
                delays.Seed(seed, 3, ExpectedSteps);
                return delays;
            default:
                return NonPreemptive.Instance;
        }
    }
}
