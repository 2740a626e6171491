// The declared accesses are complete: runs that they call equal are equal, for every seed under every protocol. And the audit
// notices when they are not.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Exploring;
using Managarm.Perf.Fuzz.Generation;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Exploring;

public sealed class OrderAuditTests
{
    private const int Runs = 6;
    private const int RunsWithMachine = 1500;
    private const int RandomScenarios = 200;

    public static TheoryData<string> Protocols() =>
    [
        .. ProtocolCatalog.All.ToArray().Select(protocol => protocol.Name),
        .. ProtocolCatalog.All.ToArray().Where(protocol => protocol.Windows != Repairs.None)
            .Select(protocol => protocol.Name + "+all"),
    ];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Orders_that_are_called_equal_are_equal(string protocol)
    {
        int compared = 0;
        foreach (string file in Directory.GetFiles(TestCampaign.SeedDirectory, "*.scn"))
        {
            Scenario scenario = ScenarioOf(file);
            if (scenario.Alarm == AlarmKind.Hpet)
            {
                // Whether time passes while the HPET is written is no step of a party, so that orders say nothing of it.
                continue;
            }

            using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
            var audit = new OrderAudit(runner);
            string? difference = audit.FindDifference(scenario, default, 1, Runs);
            Assert.True(difference is null, $"{Path.GetFileName(file)}: {difference}");
            compared += audit.Compared;
        }

        Assert.InRange(compared, 200, int.MaxValue);
    }

    /// <summary>What an interrupt changes is seen only when everything else comes at the right moment, so these need more
    /// runs.</summary>
    [Theory]
    [InlineData("tristate")]
    [InlineData("ordered")]
    public void Orders_with_interrupts_that_are_called_equal_are_equal(string protocol)
    {
        foreach (string file in Directory.GetFiles(TestCampaign.SeedDirectory, "serial-*.scn"))
        {
            using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
            string? difference = new OrderAudit(runner).FindDifference(ScenarioOf(file), default, 1, RunsWithMachine);
            Assert.True(difference is null, $"{Path.GetFileName(file)}: {difference}");
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Orders_of_random_scenarios_that_are_called_equal_are_equal(string protocol)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        var audit = new OrderAudit(runner);
        var generator = new ScenarioGenerator(GenerationOptions.Everything);
        var random = new Prng(3);
        var scenario = new Scenario();
        for (int number = 0; number < RandomScenarios; number++)
        {
            generator.Generate(ref random, scenario);
            string? difference = scenario.Alarm == AlarmKind.Hpet
                ? null
                : audit.FindDifference(scenario, default, (ulong)number, Runs);
            Assert.True(difference is null, $"{ScenarioText(scenario)}: {difference}");
        }

        Assert.InRange(audit.Compared, RandomScenarios, int.MaxValue);
    }

    [Fact]
    public void An_access_that_is_not_declared_is_noticed()
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        runner.System.World.Log.IsEnabled = false;
        string file = Path.Combine(TestCampaign.SeedDirectory, "read-signal.scn");
        Assert.NotNull(new OrderAudit(runner).FindDifference(ScenarioOf(file), default, 1, Runs));
    }

    private static string ScenarioText(Scenario scenario)
    {
        var file = new ScenarioFile();
        file.Scenario.CopyFrom(scenario);
        return file.Format();
    }

    private static Scenario ScenarioOf(string file) => ScenarioSource.Read(new ScenarioParser(), file).File.Scenario;
}
