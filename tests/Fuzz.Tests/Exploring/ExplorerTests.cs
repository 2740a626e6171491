// What an exploration promises: its verdict is that of trying every schedule, whatever a search by chance shows is among what it
// has seen, and stopping and going on changes nothing.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Exploring;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Exploring;

public sealed class ExplorerTests
{
    private const long NaiveRunsMax = 2000;
    private const long RunsMax = 1500;
    private const int RandomRuns = 100;

    /// <summary>The baseline has few steps, so many seeds can be tried schedule by schedule.</summary>
    [Fact]
    public void Reduced_search_sees_the_outcomes_of_all_schedules()
    {
        int compared = 0;
        foreach (Scenario scenario in Seeds())
        {
            HashSet<string>? all = Outcomes("monolithic", scenario, Reduction.None, NaiveRunsMax, out _);
            if (all is not null)
            {
                HashSet<string>? reduced = Outcomes("monolithic", scenario, Reduction.Source, NaiveRunsMax, out _);
                Assert.NotNull(reduced);
                Assert.Equal(all.Order(StringComparer.Ordinal), reduced.Order(StringComparer.Ordinal));
                compared++;
            }
        }

        Assert.InRange(compared, 15, int.MaxValue);
    }

    [Theory]
    [InlineData("tristate")]
    [InlineData("cancel-id")]
    public void What_chance_shows_the_exploration_has_seen(string protocol)
    {
        int compared = 0;
        foreach (Scenario scenario in Seeds())
        {
            HashSet<string>? seen = Outcomes(protocol, scenario, Reduction.Source, 400, out _);
            if (seen is null)
            {
                continue;
            }

            compared++;
            using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
            runner.System.World.Trace.IsEnabled = true;
            var mix = new ScheduleMix();
            for (ulong run = 0; run < RandomRuns; run++)
            {
                var random = new Prng(Prng.Derive(3, run));
                Violation violation = runner.Run(scenario, mix.Draw(ref random), default).Violation;
                Assert.Contains(OutcomeOf(runner.System, violation), seen);
            }
        }

        Assert.InRange(compared, 6, int.MaxValue);
    }

    [Fact]
    public void Sleep_sets_alone_see_no_more()
    {
        int compared = 0;
        foreach (Scenario scenario in Seeds())
        {
            HashSet<string>? reduced = Outcomes("tristate", scenario, Reduction.Source, 200, out long traces);
            HashSet<string>? more = reduced is null ? null : Outcomes("tristate", scenario, Reduction.Sleep, RunsMax, out traces);
            if (more is not null)
            {
                Assert.Equal(more.Order(StringComparer.Ordinal), reduced!.Order(StringComparer.Ordinal));
                compared++;
            }
        }

        Assert.InRange(compared, 5, int.MaxValue);
    }

    [Theory]
    [InlineData("poll-signal.scn", Invariant.Liveness)]
    [InlineData("waitpid-signal-by-child.scn", Invariant.Liveness)]
    [InlineData("pause-signal.scn", Invariant.Eintr)]
    public void What_is_wrong_with_today_is_found(string seed, Invariant invariant)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        Scenario scenario = Seed(seed);
        ExploreResult result = new Explorer(runner, scenario, new ExploreOptions()).Run();
        ExploreFinding finding = Assert.Single(result.Findings);
        Assert.Equal(invariant, finding.Violation.Invariant);
        var replay = new Replay();
        replay.Load(finding.Schedule, isStrict: true);
        Assert.Equal(finding.Violation, runner.Run(scenario, replay, default).Violation);
        replay.Finish();
        Assert.Equal(-1, replay.DivergedAt);
    }

    [Fact]
    public void A_planted_defect_has_no_certificate()
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("monolithic")!, Profile.Managarm);
        Scenario scenario = Seed("read-signal-unordered.scn");
        Assert.Empty(new Explorer(runner, scenario, new ExploreOptions()).Run().Findings);
        var planted = new ExploreOptions { Defects = default(DefectSet).With(Defect.SignalBeforeSleepLost) };
        Assert.NotEmpty(new Explorer(runner, scenario, planted).Run().Findings);
    }

    private static HashSet<string>? Outcomes(
        string protocol, Scenario scenario, Reduction reduction, long runsMax, out long traces)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        runner.System.World.Trace.IsEnabled = true;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        ExploreResult result = new Explorer(runner, scenario, new ExploreOptions
        {
            Reduction = reduction,
            RunsMax = runsMax,
            CollectsAll = true,
            RunEnded = (system, violation) => seen.Add(OutcomeOf(system, violation)),
        }).Run();
        traces = result.Traces;
        return result.IsComplete ? seen : null;
    }

    private static string OutcomeOf(ModelSystem system, Violation violation)
    {
        if (!violation.IsNone)
        {
            return $"violated {violation.Invariant} {violation.Kind}";
        }

        IEnumerable<string> ends = system.World.Trace.Records
            .Where(record => record.Note is NoteKind.CallEnd or NoteKind.SignalRaised)
            .Select(record => $"{record.Note} {record.First} {record.Second}");
        return string.Join("; ", ends.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Scenario> Seeds() =>
        Directory.GetFiles(TestCampaign.SeedDirectory, "*.scn").Order(StringComparer.Ordinal)
            .Select(file => Seed(Path.GetFileName(file)))
            .Where(seed => seed.Alarm != AlarmKind.Hpet);

    private static Scenario Seed(string name) =>
        ScenarioSource.Read(new ScenarioParser(), Path.Combine(TestCampaign.SeedDirectory, name)).File.Scenario;
}
