// Every seed under every protocol and many schedules: the baseline is clean, and the servers break
// only what is known of them. Strategies are drawn as a campaign draws them.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Tests.Running;

public sealed class SeedInvariantTests
{
    private const int SchedulesPerSeed = 300;

    [Theory]
    [InlineData("monolithic")]
    [InlineData("ordered")]
    [InlineData("oneshot+all")]
    [InlineData("cancel-id+all")]
    [InlineData("queue-alert+all")]
    [InlineData("lane-cancel+all")]
    [InlineData("tristate+all")]
    public void A_protocol_that_holds_keeps_every_invariant_and_every_allowed_result(string protocol)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        foreach ((string name, Scenario scenario) in SeedScenarios.Load())
        {
            ForEachSchedule(strategy =>
            {
                Violation violation = runner.Run(scenario, strategy, default).Violation;
                Assert.True(violation.IsNone, $"{name}: {violation}");
            });
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("tristate")]
    public void Servers_violate_only_what_is_known_of_them(string protocol)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        foreach ((string name, Scenario scenario) in SeedScenarios.Load())
        {
            ForEachSchedule(strategy =>
            {
                Violation violation = runner.Run(scenario, strategy, default).Violation;
                bool isKnown = violation.Invariant is Invariant.None or Invariant.Liveness or Invariant.Eintr
                    or Invariant.Panic or Invariant.Registry || IsParkedByExec(violation, scenario);
                Assert.True(isKnown, $"{name}: {violation}");
            });
        }
    }

    /// <summary>The guard around exec parks a signal, and nobody raises it afterwards.</summary>
    private static bool IsParkedByExec(in Violation violation, Scenario scenario)
    {
        bool hasExec = false;
        foreach (ref readonly Call call in scenario.Calls)
        {
            hasExec |= call.Kind == CallKind.Exec;
        }

        return hasExec && violation.Invariant == Invariant.Raise;
    }

    private static void ForEachSchedule(Action<IScheduleStrategy> run)
    {
        var delayBounded = new DelayBounded();
        var randomWalk = new RandomWalk();
        var priorityChange = new PriorityChange();
        for (int i = 0; i < SchedulesPerSeed; i++)
        {
            ulong seed = Prng.Derive(17, (ulong)i);
            switch (i % 3)
            {
                case 0:
                    delayBounded.Seed(seed, 1 + (i % 4), 120);
                    run(delayBounded);
                    break;
                case 1:
                    randomWalk.Seed(seed, (uint)(i % 5));
                    run(randomWalk);
                    break;
                default:
                    priorityChange.Seed(seed, 1 + (i % 4), 120);
                    run(priorityChange);
                    break;
            }
        }
    }
}
