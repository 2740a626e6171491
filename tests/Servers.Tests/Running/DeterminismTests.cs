// A run is a function of scenario, protocol and decisions. Whatever ran before in the same system, whether the trace is on,
// and whether decisions come from a strategy or from a replay: hash of the arena, hash of the trace and counters are equal.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Tests.Running;

public sealed class DeterminismTests
{
    private const int RunsPerScenario = 10;

    private readonly Strategies strategies = new();

    [Theory]
    [InlineData("monolithic")]
    [InlineData("none")]
    [InlineData("tristate")]
    public void A_used_system_gives_the_run_of_a_fresh_one(string protocol)
    {
        using ScenarioRunner used = Create(protocol);
        int number = 0;
        foreach ((string name, Scenario scenario) in SeedScenarios.Load())
        {
            for (int run = 0; run < RunsPerScenario; run++)
            {
                used.Run(scenario, strategies[number + run], default);
            }

            RunResult expected = used.Run(scenario, strategies[number], default);
            ulong hash = used.System.World.Arena.Hash();
            using ScenarioRunner fresh = Create(protocol);
            Assert.True(expected == fresh.Run(scenario, strategies[number], default), name);
            Assert.True(hash == fresh.System.World.Arena.Hash(), $"{name}: the arena differs");
            number += 7;
        }
    }

    [Theory]
    [InlineData("monolithic")]
    [InlineData("none")]
    [InlineData("tristate")]
    public void Trace_and_replay_give_the_run_back(string protocol)
    {
        using ScenarioRunner runner = Create(protocol);
        var replay = new Replay();
        foreach ((string name, Scenario scenario) in SeedScenarios.Load())
        {
            for (int run = 0; run < RunsPerScenario; run++)
            {
                RunResult expected = runner.Run(scenario, strategies[run], default);
                ulong hash = runner.System.World.Arena.Hash();
                replay.Load(runner.Recorded, isStrict: true);
                runner.System.World.Trace.IsEnabled = true;
                Assert.True(expected == runner.Run(scenario, replay, default), $"{name}: the replay differs");
                runner.System.World.Trace.IsEnabled = false;
                replay.Finish();
                Assert.Equal(-1, replay.DivergedAt);
                Assert.True(hash == runner.System.World.Arena.Hash(), $"{name}: the arena differs");
            }
        }
    }

    [Fact]
    public void Different_decisions_give_different_runs()
    {
        using ScenarioRunner runner = Create("tristate");
        (string _, Scenario scenario) = SeedScenarios.Load().First(seed => seed.Name == "read-signal");
        var hashes = new HashSet<ulong>();
        for (int number = 0; number < 100; number++)
        {
            hashes.Add(runner.Run(scenario, strategies[(number * 5) + 1], default).TraceHash);
        }

        Assert.True(hashes.Count > 90, $"only {hashes.Count} different runs");
    }

    private static ScenarioRunner Create(string protocol) => new(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
}
