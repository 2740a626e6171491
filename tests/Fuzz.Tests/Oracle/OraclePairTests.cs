// Each invariant has a scenario that violates it under a planted defect, and one that comes near and does not. The first must be
// clean without the defect in the same search, or the violation would prove nothing; the second has the defect on. The page
// of invariants quotes both, and the finding says where it went wrong.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Oracle;

/// <summary>Tests of Corpus/oracle.</summary>
public sealed class OraclePairTests
{
    public static TheoryData<Invariant> Judged() =>
        [.. Enum.GetValues<Invariant>().Where(invariant => invariant != Invariant.None)];

    [Theory]
    [MemberData(nameof(Judged))]
    public void A_planted_defect_violates_exactly_this_invariant(Invariant invariant)
    {
        var pair = new OraclePair(Invariants.NameOf(invariant) + "-violated");
        using ScenarioRunner runner = pair.MakeRunner();
        (Violation violation, Schedule schedule) = pair.Search(runner, default(DefectSet).With(pair.Defect));
        string kind = violation.Kind == CallKind.None ? "" : " " + CallTable.Of(violation.Kind).Name;
        Assert.Equal(pair.Violates, Invariants.NameOf(violation.Invariant) + kind);
        Assert.Equal(default, pair.Search(runner, default).Violation);

        Story story = FindingReplay.Tell(runner, pair.Scenario, schedule, default(DefectSet).With(pair.Defect));
        ViolationPlace? place = ViolationPlace.Of(story);
        Assert.NotNull(place);
        Assert.InRange(place.Step, 1U, story.Result.Steps);
        Assert.Contains(story.Parties, party => party.Name == place.Party);
        Assert.NotEmpty(place.Source.Function);
        string expected = $"at step {place.Step} of {place.Party}: {place.Source.Function}";
        Assert.Contains(Digest.Write(story, "schedule"), line => line.Contains(expected, StringComparison.Ordinal));
        Assert.Contains(place.ToString(), TraceText.Write(story), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Judged))]
    public void A_near_miss_is_clean_with_the_defect_on(Invariant invariant)
    {
        var pair = new OraclePair(Invariants.NameOf(invariant) + "-near-miss");
        using ScenarioRunner runner = pair.MakeRunner();
        Assert.True(pair.Runs >= 2000);
        Assert.Equal(default, pair.Search(runner, default(DefectSet).With(pair.Defect)).Violation);
    }

    [Fact]
    public void The_page_and_the_folder_agree()
    {
        string[] page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "invariants.md")).Split("\n## ");
        var expected = new List<string>();
        foreach (Invariant invariant in Enum.GetValues<Invariant>().Where(each => each != Invariant.None))
        {
            string name = Invariants.NameOf(invariant);
            string section = Assert.Single(page, each => each.StartsWith(name + "\n", StringComparison.Ordinal));
            foreach (string file in new[] { name + "-near-miss.scn", name + "-violated.scn" })
            {
                expected.Add(file);
                Assert.Contains($"`Corpus/oracle/{file}`", section, StringComparison.Ordinal);
            }
        }

        expected.Sort(StringComparer.Ordinal);
        string[] actual = [.. Directory.GetFiles(OraclePair.Directory).Select(path => Path.GetFileName(path)!)];
        Assert.Equal(expected, actual.Order(StringComparer.Ordinal));
    }
}
