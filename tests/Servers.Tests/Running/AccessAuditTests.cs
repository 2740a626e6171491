// The declared footprints of steps are complete: with the audit on, no step of any seed changes an object that it has not
// declared.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Tests.Running;

public sealed class AccessAuditTests
{
    private const int SchedulesPerSeed = 3;

    [Theory]
    [InlineData("monolithic")]
    [InlineData("none")]
    [InlineData("tristate")]
    [InlineData("tristate+all")]
    [InlineData("queue-alert+all")]
    [InlineData("cancel-id+all")]
    [InlineData("oneshot+all")]
    public void Steps_write_only_what_they_declare(string protocol)
    {
        using var runner = new ScenarioRunner(
            ProtocolCatalog.Find(protocol)!, Profile.Managarm, new WorldOptions { AuditsAccess = true });
        var strategy = new RandomWalk();
        foreach ((string name, Scenario scenario) in SeedScenarios.Load())
        {
            for (uint shift = 0; shift < SchedulesPerSeed; shift++)
            {
                strategy.Seed(3, shift);
                runner.Run(scenario, strategy, default);
                string? undeclared = runner.System.World.Audit!.FirstUndeclared;
                Assert.True(undeclared is null, $"{protocol} {name} shift {shift}: {undeclared}");
            }
        }
    }

    [Fact]
    public void An_undeclared_write_is_noticed()
    {
        using var runner = new ScenarioRunner(new Tristate(), Profile.Managarm, new WorldOptions { AuditsAccess = true });
        (_, Scenario scenario) = SeedScenarios.Load().Single(seed => seed.Name == "read-signal");
        runner.Run(scenario, new SecretWriter(runner), default);
        Assert.Contains("changed Queue", runner.System.World.Audit!.FirstUndeclared, StringComparison.Ordinal);
    }

    /// <summary>Changes a queue behind the back of the running step.</summary>
    private sealed class SecretWriter(ScenarioRunner runner) : IScheduleStrategy
    {
        public void Begin(int partyCount)
        {
        }

        public int Next(in Decision decision)
        {
            World world = runner.System.World;
            Handle<IpcQueue> queue = world.Threads.All.At(0).Queue;
            if (world.Queues.IsLive(queue) && decision.Step == 20)
            {
                world.Queues[queue].WaitMask ^= UserNotify.Alert;
            }

            return decision.Default;
        }
    }
}
