// The deterministic counters of every seed under every protocol are pinned in a reviewed file, Corpus/pinned-counters.txt.
// They have no noise: any difference is a change of the model, and the test prints it exactly (see PinnedFile).

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Tests.Running;

public sealed class PinnedCountersTests
{
    [Fact]
    public void Counters_of_the_seeds_are_as_pinned() => PinnedFile.Check("Corpus/pinned-counters.txt", Measure());

    [Fact]
    public void A_difference_names_the_line_that_changed()
    {
        string difference = PinnedFile.Difference(["p a 1", "p b 2", "p c 3"], ["p a 1", "p b 4", "p d 5"]);
        Assert.Equal("- p b 2\n+ p b 4\n- p c 3\n+ p d 5\n", difference);
    }

    private static string[] Measure()
    {
        var lines = new List<string>
        {
            "# Counters of each seed under the default schedule: protocol seed steps decisions user-entries server-entries",
            "# supercalls messages completions payload-bytes calls returned. Review every change of this file.",
        };
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            using var runner = new ScenarioRunner(protocol, Profile.Managarm);
            foreach ((string name, Scenario scenario) in SeedScenarios.Load())
            {
                RunResult result = runner.Run(scenario, NonPreemptive.Instance, default);
                Counters counters = result.Counters;
                lines.Add($"{protocol.Name} {name} {result.Steps} {result.Decisions}"
                    + $" {counters.UserEntries} {counters.ServerEntries} {counters.SuperCalls}"
                    + $" {counters.Messages} {counters.Completions} {counters.PayloadBytes}"
                    + $" {counters.Calls} {counters.CallsReturned}");
            }
        }

        return [.. lines];
    }
}
