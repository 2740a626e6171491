// Scenario runs allocate nothing once warm. Every pass repeats the runs of the pass before, with the same strategies and seeds,
// so every byte in it is something that a run lost.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Tests.Running;

[Trait("Category", "ZeroAllocation")]
public sealed class ZeroAllocationTests
{
    private const int RunsPerScenario = 30;
    private const int RunsPerDefect = 2;

    /// <summary>A defect is run with one seed of so many, and the next defect with others.</summary>
    private const int SeedShares = 3;

    private readonly Strategies strategies = new();

    [Theory]
    [InlineData("monolithic")]
    [InlineData("none")]
    [InlineData("tristate")]
    [InlineData("tristate+all")]
    [InlineData("queue-alert+all")]
    [InlineData("cancel-id+all")]
    public void Warm_runs_of_all_seeds(string protocol)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        Scenario[] seeds = LoadSeeds();
        ZeroBytes.Check(protocol, () => RunAll(runner, seeds, default, RunsPerScenario));
    }

    [Theory]
    [InlineData("tristate")]
    [InlineData("ordered")]
    public void Warm_runs_with_every_planted_defect(string protocol)
    {
        Scenario[] seeds = LoadSeeds();
        for (Defect defect = 0; defect < Defect.Count; defect++)
        {
            if (defect == Defect.RegistryEntryUsedAfterFree)
            {
                // Each of its runs ends by an exception: the run is over then, and what it throws is not pooled.
                continue;
            }

            using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
            DefectSet defects = default(DefectSet).With(defect);
            Scenario[] own = [.. seeds.Where((_, number) => number % SeedShares == (int)defect % SeedShares)];
            ZeroBytes.Check($"{protocol} {defect}", () => RunAll(runner, own, defects, RunsPerDefect));
        }
    }

    private static Scenario[] LoadSeeds() => [.. SeedScenarios.Load().Select(seed => seed.Program)];

    private void RunAll(ScenarioRunner runner, Scenario[] seeds, DefectSet defects, int runs)
    {
        foreach (Scenario seed in seeds)
        {
            for (int number = 0; number < runs; number++)
            {
                runner.Run(seed, strategies[number], defects);
            }
        }
    }
}
