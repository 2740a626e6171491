// Scenario runs allocate nothing once warm. The measured pass repeats runs that have run before, with the same strategies and
// seeds, so every byte in it is something that a run lost. Counted per thread, and on a thread of its own, since box pools
// belong to threads. Must hold at tier 0 as well (DOTNET_TC_CallCounting=0).

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers.Tests;

[Trait("Category", "ZeroAllocation")]
public sealed class ZeroAllocationTests
{
    private const int WarmPasses = 2;
    private const int RunsPerScenario = 100;

    private readonly Strategies strategies = new();
    private readonly long[] bytes = new long[1024];

    [Theory]
    [InlineData("monolithic")]
    [InlineData("none")]
    [InlineData("tristate")]
    public void Warm_runs_of_all_seeds(string protocol)
    {
        IReadOnlyList<(string Name, Program Program)> seeds = SeedPrograms.Load();
        var thread = new Thread(() => Measure(protocol, seeds, default));
        thread.Start();
        thread.Join();
        AssertZero(seeds);
    }

    [Fact]
    public void Warm_runs_with_every_planted_defect()
    {
        IReadOnlyList<(string Name, Program Program)> seeds = SeedPrograms.Load();
        for (Defect defect = 0; defect < Defect.Count; defect++)
        {
            DefectSet defects = default(DefectSet).With(defect);
            var thread = new Thread(() => Measure("tristate", seeds, defects));
            thread.Start();
            thread.Join();
            AssertZero(seeds);
        }
    }

    private void Measure(string protocol, IReadOnlyList<(string Name, Program Program)> seeds, DefectSet defects)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        int runs = defects.IsEmpty ? RunsPerScenario : RunsPerScenario / 10;
        for (int pass = 0; pass <= WarmPasses; pass++)
        {
            for (int seed = 0; seed < seeds.Count; seed++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int number = 0; number < runs; number++)
                {
                    runner.Run(seeds[seed].Program, strategies[number], defects);
                }

                bytes[seed] = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
    }

    private void AssertZero(IReadOnlyList<(string Name, Program Program)> seeds)
    {
        string[] guilty = [.. seeds.Select((seed, index) => $"{seed.Name} {bytes[index]}").Where(line => !line.EndsWith(" 0"))];
        Assert.True(guilty.Length == 0, $"bytes allocated: {string.Join(", ", guilty)}");
    }
}
