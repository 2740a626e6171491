// Whatever the language can say, the model runs it to an end under every protocol: with a verdict, without a bug of the tool.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Generation;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Generation;

public sealed class WholeLanguageTests
{
    [Fact]
    public void Scenarios_with_everything_run_under_every_protocol()
    {
        var generator = new ScenarioGenerator(GenerationOptions.Everything);
        var scenario = new Scenario();
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            using var runner = new ScenarioRunner(protocol, Profile.Managarm);
            var walk = new RandomWalk();
            var random = new Prng(31);
            for (ulong i = 0; i < 1500; i++)
            {
                generator.Generate(ref random, scenario);
                walk.Seed(Prng.Derive(32, i), 2);
                var failure = Record.Exception(() => runner.Run(scenario, walk, default));
                Assert.True(failure is null, $"{protocol.Name}: {failure}\n{ScenarioFormatter.Format(scenario)}");
            }
        }
    }
}
