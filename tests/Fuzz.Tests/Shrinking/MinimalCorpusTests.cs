// Findings as campaigns found them, beside versions that were minimised by hand (Corpus/minimal): the shrinker must get at least
// as small by its measure. What it leaves must stand the independent check, and must not depend on how many candidates are tried
// at once. A hand-minimised version must itself show the defect, or the comparison would prove nothing.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Fuzz.Sweeps;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Shrinking;

public sealed class MinimalCorpusTests
{
    private const string Raw = ".found.scn";

    public static TheoryData<string> Names() =>
        [.. Directory.GetFiles(Folder, "*" + Raw).Select(path => Path.GetFileName(path)[..^Raw.Length])
            .Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(RepositoryRoot.Path, "Corpus", "minimal");

    [Theory]
    [MemberData(nameof(Names))]
    public void The_shrinker_gets_as_small_as_a_person(string name)
    {
        ScenarioFile raw = SampleFinding.Parse(File.ReadAllText(Path.Combine(Folder, name + Raw)));
        Scenario byHand = SampleFinding.Parse(File.ReadAllText(Path.Combine(Folder, name + ".scn"))).Scenario;
        using ScenarioRunner runner = MakeRunner(raw);
        using ScenarioRunner second = MakeRunner(raw);
        (Schedule schedule, Violation violation) = Replay(runner, raw);
        int deviations = FewestDeviations(runner, byHand, violation);

        ShrinkResult shrunk = new Shrinker(runner, default).Shrink(raw.Scenario, schedule, violation);
        Assert.True(shrunk.Reproduces);
        Assert.True(
            shrunk.Effort.After <= ShrinkMeasure.Of(byHand, deviations),
            $"{shrunk.Effort.After} is left of {shrunk.Effort.Before}; by hand it is {ShrinkMeasure.Of(byHand, deviations)}");
        string left = ScenarioFormatter.Format(shrunk.Scenario);
        MinimalityReport report = MinimalityCheck.Of(runner, shrunk.Scenario, shrunk.Schedule, default);
        Assert.Empty(report.Surviving);

        ShrinkResult again = new Shrinker([second, runner], default).Shrink(raw.Scenario, schedule, violation);
        Assert.Equal(left, ScenarioFormatter.Format(again.Scenario));
        Assert.Equal(shrunk.Effort with { Elapsed = default }, again.Effort with { Elapsed = default });
    }

    [Fact]
    public void A_superfluous_call_is_refused()
    {
        ScenarioFile file = SampleFinding.Parse(
            "pipe r, w\nA: sigaction(USR2, ignore)\nA: read(r, 1)\nB: kill(A, USR1)\n");
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("none")!, Profile.Managarm);
        var schedule = new Schedule();
        MinimalityReport report = MinimalityCheck.Of(runner, file.Scenario, schedule, default);
        Assert.True(report.IsViolated);
        Assert.Contains("the call `A: sigaction(USR2, ignore)`", report.Surviving);

        ScenarioFile without = SampleFinding.Parse("pipe r, w\nA: read(r, 1)\nB: kill(A, USR1)\n");
        Assert.True(MinimalityCheck.Of(runner, without.Scenario, schedule, default).IsMinimal);
    }

    private static ScenarioRunner MakeRunner(ScenarioFile raw) =>
        new(ProtocolCatalog.Find(raw.Schedule.Protocol)!, Profile.Managarm);

    private static (Schedule Schedule, Violation Violation) Replay(ScenarioRunner runner, ScenarioFile raw)
    {
        var schedule = new Schedule();
        Assert.Equal(0, FindingReplay.Resolve(runner.System, raw, schedule));
        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        Violation violation = runner.Run(raw.Scenario, replay, default).Violation;
        Assert.False(violation.IsNone);
        return (schedule, violation);
    }

    /// <summary>Fewest deviations, of at most one, with which a scenario shows a violation.</summary>
    private static int FewestDeviations(ScenarioRunner runner, Scenario scenario, Violation violation)
    {
        SweepReport sweep = StepSweep.Run(runner, scenario, default, TestContext.Current.CancellationToken);
        return sweep.Violations.Where(each => each.Violation.IsSameKind(violation)).Min(each => each.First.Count);
    }
}
