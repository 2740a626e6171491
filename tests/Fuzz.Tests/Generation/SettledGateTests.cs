// The settled gate against the blocked one: what the first rules out the second lets happen.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Generation;

/// <summary>Tests of `when X settled`.</summary>
public sealed class SettledGateTests
{
    private const int Runs = 3_000;

    private const string LostCancel =
        """
        pipe r, w
        A: sigaction(USR1, handle)
        A: poll(r in, -1)
        B: kill(A, USR1) when A GATE

        """;

    private const string UnreportedEnd =
        """
        A: C = fork()
        A: waitpid(C, nohang) = C when C GATE
        C: exit(0)

        """;

    [Theory]
    [InlineData(LostCancel, "tristate", Invariant.Liveness)]
    [InlineData(UnreportedEnd, "ordered", Invariant.Allowed)]
    public void Only_the_blocked_gate_is_early(string text, string protocol, Invariant early)
    {
        Assert.Contains(early, Violations(text.Replace("GATE", "blocked", StringComparison.Ordinal), protocol));
        Assert.Empty(Violations(text.Replace("GATE", "settled", StringComparison.Ordinal), protocol));
    }

    [Fact]
    public void In_the_baseline_the_gates_are_one()
    {
        Assert.Empty(Violations(UnreportedEnd.Replace("GATE", "settled", StringComparison.Ordinal), "monolithic"));
        Assert.Empty(Violations(LostCancel.Replace("GATE", "settled", StringComparison.Ordinal), "monolithic"));
    }

    [Fact]
    public void Text_and_bytes_keep_the_gate()
    {
        Scenario scenario = SampleFinding.Parse(LostCancel.Replace("GATE", "settled", StringComparison.Ordinal)).Scenario;
        Assert.Contains("when A settled", ScenarioFormatter.Format(scenario), StringComparison.Ordinal);
        Assert.Equal(
            ScenarioFormatter.Format(scenario),
            ScenarioFormatter.Format(SampleFinding.Parse(ScenarioFormatter.Format(scenario)).Scenario));
    }

    private static HashSet<Invariant> Violations(string text, string protocol)
    {
        Scenario scenario = SampleFinding.Parse(text).Scenario;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);

        // First come, first served, a server has made a zombie before it accepts what was sent after the end.
        runner.System.RelaxesDispatch = true;
        var walk = new RandomWalk();
        var found = new HashSet<Invariant>();
        for (int run = 0; run < Runs; run++)
        {
            walk.Seed(Prng.Derive(1, (ulong)run), (uint)(run % 4));
            Violation violation = runner.Run(scenario, walk, default).Violation;
            if (!violation.IsNone)
            {
                found.Add(violation.Invariant);
            }
        }

        return found;
    }
}
