// The declared accesses are complete: runs that they call equal are equal, for every seed under every protocol. And the audit
// notices when they are not.

using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz.Tests;

public sealed class OrderAuditTests
{
    private const int Runs = 6;
    private const int RunsWithMachine = 1500;
    private const int RandomScenarios = 200;

    public static TheoryData<string> Protocols() => 
    [
        .. ProtocolCatalog.All.ToArray().Select(protocol => protocol.Name),
        "oneshot+all", "cancel-id+all", "queue-alert+all", "tristate+all",
    ];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Orders_that_are_called_equal_are_equal(string protocol)
    {
        int compared = 0;
        foreach (string file in Directory.GetFiles(TestCampaign.SeedDirectory, "*.scn"))
        {
            Program program = ProgramOf(file);
            if (program.Alarm == AlarmKind.Hpet)
            {
                // Whether time passes while the HPET is written is no step of a party, so that orders say nothing of it.
                continue;
            }

            using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
            var audit = new OrderAudit(runner);
            string? difference = audit.FindDifference(program, default, 1, Runs);
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
            string? difference = new OrderAudit(runner).FindDifference(ProgramOf(file), default, 1, RunsWithMachine);
            Assert.True(difference is null, $"{Path.GetFileName(file)}: {difference}");
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Orders_of_random_scenarios_that_are_called_equal_are_equal(string protocol)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        var audit = new OrderAudit(runner);
        var generator = new ProgramGenerator(GenerationOptions.Everything);
        var random = new Prng(3);
        var program = new Program();
        for (int number = 0; number < RandomScenarios; number++)
        {
            generator.Generate(ref random, program);
            string? difference = program.Alarm == AlarmKind.Hpet
                ? null
                : audit.FindDifference(program, default, (ulong)number, Runs);
            Assert.True(difference is null, $"{ScenarioText(program)}: {difference}");
        }

        Assert.InRange(audit.Compared, RandomScenarios, int.MaxValue);
    }

    [Fact]
    public void An_access_that_is_not_declared_is_noticed()
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        runner.System.World.Log.IsEnabled = false;
        string file = Path.Combine(TestCampaign.SeedDirectory, "read-signal.scn");
        Assert.NotNull(new OrderAudit(runner).FindDifference(ProgramOf(file), default, 1, Runs));
    }

    private static string ScenarioText(Program program)
    {
        var scenario = new Scenario();
        scenario.Program.CopyFrom(program);
        return scenario.Format();
    }

    private static Program ProgramOf(string file) => ScenarioFile.Read(new ScenarioParser(), file).Scenario.Program;
}
