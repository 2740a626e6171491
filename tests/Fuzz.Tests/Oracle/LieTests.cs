// Planted lies must be caught by scenarios that expect nothing: a campaign from an empty corpus, where nothing but the oracle
// knows what is right. Each is looked for under every protocol that has it and of which nothing is known.
// Defects/defect-table.md states the runs for twenty master seeds.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Defects;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Oracle;

/// <summary>Tests of the lies in the bank of defects.</summary>
public sealed class LieTests
{
    private const int Seeds = 2;

    private static IEnumerable<Defect> Lies =>
        Enumerable.Range(0, (int)Defect.Count).Select(each => (Defect)each)
            .Where(each => each is >= Defect.ClosedFileSaysInputError and <= Defect.NoHangOverlooksZombie);

    [Theory]
    [InlineData("monolithic", 20)]
    [InlineData("ordered", 25)]
    public void Lies_are_caught_without_expectations(string protocol, int least)
    {
        Defect[] lies = [.. Lies.Where(each => DefectHome.Of(each).Protocols.Contains(protocol))];
        Assert.InRange(lies.Length, least, (int)Defect.Count);
        var options = new DefectHuntOptions
        {
            Protocol = ProtocolCatalog.Find(protocol),
            CorpusDirectory = null,
            Seeds = Seeds,
            Jobs = 2,
        };
        IReadOnlyList<DefectHuntResult> results =
            DefectHunt.Run(lies, options, new Progress<DefectHuntResult>(), CancellationToken.None);
        Assert.Equal(lies.Length, results.Count);
        Assert.All(results, result => Assert.All(result.Tally.Attempts, attempt => Assert.True(attempt.IsFound, result.Name)));
    }

    [Fact]
    public void A_lifetime_error_of_a_server_is_a_finding_with_a_story()
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("ordered")!, Profile.Managarm);
        Scenario scenario = SampleFinding.Parse("pipe r, w\nA: write(w, 1)\nA: read(r, 1)\n").Scenario;
        DefectSet planted = default(DefectSet).With(Defect.RegistryEntryUsedAfterFree);
        RunResult result = runner.Run(scenario, NonPreemptive.Instance, planted);
        Assert.Equal((Invariant.Panic, PanicCode.StaleHandle), (result.Violation.Invariant, result.Violation.Panic));

        Story story = FindingReplay.Tell(runner, scenario, new Schedule(), planted);
        Assert.Contains(Digest.Write(story, ""), line => line.Contains("ASSERTION FAILS: StaleHandle", StringComparison.Ordinal));
        Assert.Equal(default, runner.Run(scenario, NonPreemptive.Instance, default).Violation);
    }
}
