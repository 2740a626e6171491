// The finding that the tests of this folder use: the lost EINTR of waitpid under tristate, searched and shrunk on the spot,
// so that it follows the model when the model changes.

using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz.Tests;

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
    internal static Scenario Parse(string text)
    {
        var scenario = new Scenario();
        Assert.True(new ScenarioParser().TryParse("test.scn", text, scenario, out ScenarioError? error), error?.ToString());
        return scenario;
    }

    /// <summary>Searches, shrinks and returns a finding.</summary>
    internal static RawFinding Make(string text = LostInterrupt, string protocol = "tristate", Defect? planted = null)
    {
        Program program = Parse(text).Program;
        DefectSet defects = planted is { } defect ? default(DefectSet).With(defect) : default;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        var strategy = new DelayBounded();
        for (ulong run = 0; run < 5000; run++)
        {
            strategy.Seed(Prng.Derive(1, run), 1, 100);
            RunResult result = runner.Run(program, strategy, defects);
            if (!result.Violation.IsNone)
            {
                var schedule = new Schedule();
                schedule.CopyFrom(runner.Recorded);
                return Shrink(runner, program, schedule, result.Violation, defects);
            }
        }

        throw new InvalidOperationException("the scenario has no finding");
    }

    private static RawFinding Shrink(
        ScenarioRunner runner, Program program, Schedule schedule, Violation violation, DefectSet defects)
    {
        ShrinkResult shrunk = new Shrinker(runner, defects).Shrink(program, schedule, violation);
        Assert.True(shrunk.Reproduces);
        return RawFinding.Of(
            runner, shrunk, RawFinding.ScenarioOf(runner, program, schedule), defects, runIndex: 0);
    }
}
