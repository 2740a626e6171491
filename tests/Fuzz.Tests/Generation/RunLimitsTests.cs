// Whatever text or bytes can say has room in the model: it runs to an end, at whatever limit, under whatever schedule, and the
// bound on steps is far away. The tables of the model are sized for that (RunLimits), and scenarios that would not fit are
// refused where they come in.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Generation;

public sealed class RunLimitsTests
{
    public static TheoryData<string> Protocols => ["monolithic", "tristate", "ordered"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Any_bytes_are_a_scenario_that_runs_to_an_end(string protocol)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        var scenario = new Scenario();
        var schedule = new Schedule();
        var mix = new ScheduleMix();
        var bytes = new byte[1200];
        for (ulong i = 0; i < 3000; i++)
        {
            var random = new Prng(Prng.Derive(51, i));
            int length = FullScenarios.FillBytes(ref random, bytes);
            ScenarioCodec.Decode(bytes.AsSpan(0, length), scenario, schedule);
            ExpectEnd(runner, scenario, i % 3 == 0 ? NonPreemptive.Instance : mix.Draw(ref random));
        }
    }

    [Fact]
    public void A_scenario_that_fills_a_limit_runs_to_an_end_under_every_protocol()
    {
        var mix = new ScheduleMix();
        var file = new ScenarioFile();
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            using var runner = new ScenarioRunner(protocol, Profile.Managarm);
            foreach ((string name, string text) in FullScenarios.All)
            {
                bool isValid = new ScenarioParser().TryParse(name, text, file, out ScenarioError? error);
                Assert.True(isValid, error?.ToString());
                ExpectEnd(runner, file.Scenario, NonPreemptive.Instance);
                var random = new Prng(52);
                for (int i = 0; i < 12; i++)
                {
                    ExpectEnd(runner, file.Scenario, mix.Draw(ref random));
                }
            }
        }
    }

    [Fact]
    public void Every_party_of_a_scenario_has_a_place() => Assert.InRange(PartyName.MaximumCount, 1, Scheduler.MaxParties);

    private static void ExpectEnd(ScenarioRunner runner, Scenario scenario, IScheduleStrategy strategy)
    {
        RunResult result = default;
        Exception? failure = Record.Exception(() => { result = runner.Run(scenario, strategy, default); });
        string where = runner.System.Protocol.Name;
        Assert.True(failure is null, $"{where}: {failure}\n{ScenarioFormatter.Format(scenario)}");
        Assert.True(
            result.Violation.Invariant != Invariant.Progress && result.Steps < 10_000,
            $"{where}: {result.Steps} steps\n{ScenarioFormatter.Format(scenario)}");
    }
}
