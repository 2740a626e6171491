// The reads-from guided search on worlds whose pairs are known: it shows all pairs and all sets of pairs of a small world, sees
// exactly the sets that the interleavings have, reaches a read from a rare writer sooner than chance does, and repeats itself.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Tests.Scheduling;

public sealed class ReadsFromTests
{
    private const string Small = "x! y|y! x|x! y!";

    [Fact]
    public void All_sets_of_pairs_of_a_small_world_are_shown_and_no_others()
    {
        using var scripted = new ScriptedWorld(Small);
        var expected = scripted.Model.Uniform().Keys.Select(scripted.Model.ReadsFrom).ToHashSet(StringComparer.Ordinal);
        var guided = new ReadsFromGuided();
        guided.Restart(scripted.World);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        for (ulong run = 0; run < 4000; run++)
        {
            guided.Seed(Prng.Derive(1, run));
            shown.Add(scripted.Model.ReadsFrom(scripted.Run(guided)));
            Assert.Equal(shown.Count, guided.Combinations);
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        var pairs = expected.SelectMany(set => set.Split(' ')).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(pairs.Count, guided.Known.Length);
        Assert.Equal(guided.Known.Length, guided.Known.ToArray().Select(pair => pair.Word).Distinct().Count());
    }

    // Each reader must read from a writer that comes late: a walk needs a lucky choice for every step before it.
    [Fact]
    public void A_rare_set_of_pairs_is_found_sooner_than_by_chance()
    {
        const int Bound = 20_000;
        using var scripted = new ScriptedWorld("x y z|p p p p p p x!|q q q q q q y!|r r r r r r z!");
        bool IsBug(string steps) => new[] { "x", "y", "z" }.Zip("bcd").All(each =>
            steps.IndexOf($"{each.Second}7", StringComparison.Ordinal)
            < steps.IndexOf($"a{"xyz".IndexOf(each.First, StringComparison.Ordinal) + 1}", StringComparison.Ordinal));
        var guided = new ReadsFromGuided();
        var walk = new RandomWalk();
        var guidedRuns = new List<int>();
        var walkRuns = new List<int>();
        for (ulong search = 0; search < 15; search++)
        {
            guided.Restart(scripted.World);
            guidedRuns.Add(RunsToFind(scripted, IsBug, Bound, run =>
            {
                guided.Seed(Prng.Derive(search, run));
                return guided;
            }));
            walkRuns.Add(RunsToFind(scripted, IsBug, Bound, run =>
            {
                walk.Seed(Prng.Derive(search, run), 0);
                return walk;
            }));
        }

        guidedRuns.Sort();
        walkRuns.Sort();
        Assert.True(guidedRuns[7] * 5 < walkRuns[7], $"{string.Join(' ', guidedRuns)} and {string.Join(' ', walkRuns)}");
    }

    // Once a rare pair has been seen it is demanded as often as any other, so runs that show it become common.
    [Fact]
    public void A_rare_pair_is_shown_more_often_than_by_plain_sampling()
    {
        const int Runs = 2000;
        using var scripted = new ScriptedWorld("x|p p p p p p p p p p p p p p p p p p p p x!");
        var guided = new ReadsFromGuided();
        guided.Restart(scripted.World);
        var sampling = new PartialOrderSampling();
        int guidedHits = 0;
        int hits = 0;
        for (ulong run = 0; run < Runs; run++)
        {
            guided.Seed(Prng.Derive(1, run));
            guidedHits += IsRare(scripted.Run(guided)) ? 1 : 0;
            sampling.Seed(Prng.Derive(1, run), scripted.World);
            hits += IsRare(scripted.Run(sampling)) ? 1 : 0;
        }

        static bool IsRare(string steps) => steps.EndsWith("a1", StringComparison.Ordinal);
        Assert.InRange(hits, Runs / 50, Runs / 10);
        Assert.True(guidedHits > hits * 3, $"{guidedHits} and {hits}");
    }

    [Fact]
    public void A_search_repeats_itself_and_starts_afresh()
    {
        using var scripted = new ScriptedWorld(Small);
        var guided = new ReadsFromGuided();
        string first = Search(scripted, guided, 5);
        Assert.Equal(first, Search(scripted, guided, 5));
        Assert.NotEqual(first, Search(scripted, guided, 6));
        guided.Restart(scripted.World);
        Assert.Equal(0, guided.Known.Length);
        Assert.Equal(0, guided.Combinations);
    }

    [Fact]
    public void Strategies_that_look_at_the_run_want_a_world()
    {
        using var scripted = new ScriptedWorld(Small);
        Assert.Throws<ToolBugException>(() => scripted.Run(new ReadsFromGuided()));
        Assert.Throws<ToolBugException>(() => scripted.Run(new PartialOrderSampling()));
    }

    private static string Search(ScriptedWorld scripted, ReadsFromGuided guided, ulong seed)
    {
        guided.Restart(scripted.World);
        var all = new List<string>();
        for (ulong run = 0; run < 50; run++)
        {
            guided.Seed(Prng.Derive(seed, run));
            all.Add(scripted.Run(guided));
        }

        return string.Join('\n', all);
    }

    private static int RunsToFind(
        ScriptedWorld scripted, Func<string, bool> isBug, int bound, Func<ulong, IScheduleStrategy> seeded)
    {
        for (int run = 0; run < bound; run++)
        {
            if (isBug(scripted.Run(seeded((ulong)run))))
            {
                return run + 1;
            }
        }

        return bound;
    }
}
