// Runs a scenario with one party put at every step of the others, under one protocol and with the access audit on. Any failure of
// the model's own checks ends the test; what the oracle says is counted.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Tests.Running.Threaded;

namespace Managarm.Perf.Servers.Tests.Passthrough;

/// <summary>Results of a sweep.</summary>
internal static class Sweep
{
    private const uint Patience = 40;

    private static readonly WorldOptions Audited = new() { AuditsAccess = true };

    /// <summary>Sweeps until the party has stood behind the last step of the others.</summary>
    /// <param name="protocol">Name of the protocol.</param>
    /// <param name="text">The scenario.</param>
    /// <param name="party">Party that is moved.</param>
    /// <returns>What was violated, and in how many runs.</returns>
    internal static Dictionary<Invariant, int> Of(string protocol, string text, string party)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm, Audited);
        Scenario scenario = ScenarioText.Parse(text);
        var strategy = new RunAt(runner) { Party = party };
        var seen = new Dictionary<Invariant, int>();
        uint last = runner.Run(scenario, NonPreemptive.Instance, default).Steps + Patience;
        for (uint step = 0; step < last; step++)
        {
            strategy.Step = step;
            Violation violation = runner.Run(scenario, strategy, default).Violation;
            string? undeclared = runner.System.World.Audit!.FirstUndeclared;
            Assert.True(undeclared is null, $"{protocol}, {party} at step {step}: {undeclared}");
            Assert.True(violation.IsNone || protocol != "monolithic", $"{party} at step {step}: {violation}");
            seen[violation.Invariant] = seen.GetValueOrDefault(violation.Invariant) + 1;
        }

        return seen;
    }
}
