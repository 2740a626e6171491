// The weak memory model against the sequentially consistent one, and its reduced search against the one that leaves out nothing:
// on the clients and on random programs. What sequential consistency allows weak memory allows too, and where every access is a
// full fence there is no difference.

using Managarm.Perf.Fuzz.Primitives;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>Compares memory models, and searches under the weak one.</summary>
public sealed class WeakMemoryTests
{
    private const ulong Seed = 20251125;

    public static TheoryData<string, long, long> SmallClients => new()
    {
        { "spsc-one-slot", 20, 218 },
        { "oneshot", 35, 1641 },
        { "notify", 210, 420 },
        { "slab", 7, 259 },
        { "slab-contested", 5, 28 },
    };

    // Three are left out for their size: their smaller sisters stand for them.
    public static TheoryData<string> Clients => [.. ClientCatalog.All.Select(static client => client.Name)
        .Where(static name => name is not ("inbox-two-producers" or "mpsc" or "spsc"))];

    public static TheoryData<string> WeakOnlyDefects => PrimitiveTests.WeakOnlyDefects;

    [Theory]
    [MemberData(nameof(Clients))]
    public void Results_under_weak_memory_include_those_under_sequential_consistency(string name)
    {
        IPrimitiveClient client = ClientCatalog.Find(name)!;
        ExplorationResult weak = Explore(client, MemoryKind.Weak);
        ExplorationResult sequential = Explore(client, MemoryKind.Sequential);
        Assert.Equal((ClientVerdict.Clean, 0), (weak.Verdict, weak.Unfair));
        Assert.Subset(ResultsOf(weak), ResultsOf(sequential));
    }

    [Theory]
    [MemberData(nameof(SmallClients))]
    public void Both_searches_see_the_same_outcomes(string name, long reducedCount, long everyCount)
    {
        IPrimitiveClient client = ClientCatalog.Find(name)!;
        ExplorationResult reduced = Explore(client, MemoryKind.Weak);
        ExplorationResult every = Explore(client, MemoryKind.Weak, reduces: false);
        Assert.Equal((reducedCount, everyCount), (reduced.Interleavings, every.Interleavings));
        Assert.Equal(every.Outcomes.Order(), reduced.Outcomes.Order());
    }

    [Fact]
    public void Random_scenarios_have_the_same_outcomes_in_both_searches_and_those_of_sequential_consistency_among_them()
    {
        ulong random = Seed;
        int wider = 0;
        long saved = 0;
        for (int scenario = 0; scenario < 200; scenario++)
        {
            LitmusClient client = RandomProgram.Make(ref random, RandomProgram.Mixed);
            ExplorationResult reduced = Explore(client, MemoryKind.Weak, judgesRaces: false);
            ExplorationResult every = Explore(client, MemoryKind.Weak, judgesRaces: false, reduces: false);
            ExplorationResult sequential = Explore(client, MemoryKind.Sequential, judgesRaces: false);
            Assert.Equal(every.Outcomes.Order(), reduced.Outcomes.Order());
            Assert.Subset(ResultsOf(every), ResultsOf(sequential));
            wider += ResultsOf(every).Count > ResultsOf(sequential).Count ? 1 : 0;
            saved += every.Interleavings - reduced.Interleavings;
        }

        Assert.True(wider > 2, $"only {wider} programs show weak memory");
        Assert.True(saved > 0, "the reduction reduces nothing");
    }

    [Fact]
    public void Where_every_access_is_a_full_fence_the_models_are_the_same()
    {
        ulong random = Seed;
        for (int scenario = 0; scenario < 100; scenario++)
        {
            LitmusClient client = RandomProgram.Make(ref random, RandomProgram.Interlocked);
            Assert.Equal(
                ResultsOf(Explore(client, MemoryKind.Sequential)).Order(), ResultsOf(Explore(client, MemoryKind.Weak)).Order());
        }
    }

    [Theory]
    [MemberData(nameof(WeakOnlyDefects))]
    public void A_defect_that_only_weak_memory_shows_is_caught_without_the_reduction_too(string name)
    {
        PlantedDefect defect = DefectCatalog.Find(name)!;
        var options = new ExplorationOptions { Defect = defect, Memory = MemoryKind.Weak, JudgesRaces = false };
        ExplorationResult result = ShortestInterleaving.Find(
            ClientCatalog.Find(defect.Client)!, options, out int deviations);
        Assert.Equal(defect.Weak, result.Verdict);
        Assert.InRange(deviations, 1, 3);
    }

    private static ExplorationResult Explore(
        IPrimitiveClient client, MemoryKind memory, bool judgesRaces = true, bool reduces = true) =>
        InterleavingSearch.Explore(client, new ExplorationOptions
        {
            Memory = memory,
            JudgesRaces = judgesRaces,
            Reduces = reduces,
            CollectsOutcomes = true,
        });

    private static HashSet<string> ResultsOf(ExplorationResult result) =>
        [.. result.Outcomes.Select(static outcome => outcome.Split(" after ")[0])];
}
