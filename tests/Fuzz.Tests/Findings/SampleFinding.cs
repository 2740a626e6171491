// The finding that the tests of this folder use: the lost EINTR of waitpid under tristate, searched and shrunk on the spot,
// so that it follows the model when the model changes.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Findings;

/// <summary>Makes findings.</summary>
internal static class SampleFinding
{
    /// <summary>A scenario with a race that needs one preemption.</summary>
    internal const string LostInterrupt =
        """
        A: sigaction(USR1, handle)
        A: C = fork()
        A: waitpid(C)
        B: kill(A, USR1)
        C: pause()

        """;

    /// <summary>Parses a scenario that must be valid.</summary>
    internal static ScenarioFile Parse(string text)
    {
        var file = new ScenarioFile();
        Assert.True(new ScenarioParser().TryParse("test.scn", text, file, out ScenarioError? error), error?.ToString());
        return file;
    }

    /// <summary>Searches, shrinks and returns a finding.</summary>
    internal static RawFinding Make(string text = LostInterrupt, string protocol = "tristate", Defect? planted = null)
    {
        Scenario scenario = Parse(text).Scenario;
        DefectSet defects = planted is { } defect ? default(DefectSet).With(defect) : default;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        var strategy = new DelayBounded();
        for (ulong run = 0; run < 5000; run++)
        {
            strategy.Seed(Prng.Derive(1, run), 1, 100);
            RunResult result = runner.Run(scenario, strategy, defects);
            if (!result.Violation.IsNone)
            {
                var schedule = new Schedule();
                schedule.CopyFrom(runner.Recorded);
                return Shrink(runner, scenario, schedule, result.Violation, defects);
            }
        }

        throw new InvalidOperationException("the scenario has no finding");
    }

    private static RawFinding Shrink(
        ScenarioRunner runner, Scenario scenario, Schedule schedule, Violation violation, DefectSet defects)
    {
        ShrinkResult shrunk = new Shrinker(runner, defects).Shrink(scenario, schedule, violation);
        Assert.True(shrunk.Reproduces);
        return RawFinding.Of(
            runner, shrunk, RawFinding.ScenarioOf(runner, scenario, schedule), defects, runIndex: 0);
    }
}
