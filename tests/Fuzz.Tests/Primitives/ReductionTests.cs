// Sleep sets leave out interleavings, and the tests here are why one may believe that they leave out nothing else: on the
// clients that are small enough and on random programs, the search without reduction sees exactly the same outcomes, real-time
// order included, and catches every planted defect as well.

using Managarm.Perf.Fuzz.Primitives;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>Compares the reduced search with the one that leaves out nothing.</summary>
public sealed class ReductionTests
{
    private const ulong Seed = 20251124;

    public static TheoryData<string, long> SmallClients => new()
    {
        { "spsc-one-slot", 50 },
        { "oneshot", 281 },
        { "notify", 210 },
        { "alert", 1391 },
        { "slab", 148 },
        { "slab-contested", 23 },
    };

    public static TheoryData<string> Defects => [.. DefectCatalog.All
        .Where(static defect => defect.Expected != ClientVerdict.Clean).Select(static defect => defect.Name)];

    [Theory]
    [MemberData(nameof(SmallClients))]
    public void Both_searches_see_the_same_outcomes(string name, long interleavings)
    {
        IPrimitiveClient client = ClientCatalog.Find(name)!;
        ExplorationResult reduced = Explore(client, reduces: true);
        ExplorationResult every = Explore(client, reduces: false);
        Assert.Equal(interleavings, every.Interleavings);
        Assert.InRange(reduced.Interleavings, 1, every.Interleavings);
        Assert.Equal(every.Outcomes.Order(), reduced.Outcomes.Order());
    }

    [Fact]
    public void Both_searches_see_the_same_outcomes_of_random_scenarios()
    {
        ulong random = Seed;
        long saved = 0;
        for (int scenario = 0; scenario < 150; scenario++)
        {
            LitmusClient client = RandomProgram.Make(ref random, RandomProgram.Atomic);
            ExplorationResult reduced = Explore(client, reduces: true);
            ExplorationResult every = Explore(client, reduces: false);
            Assert.Equal(ClientVerdict.Clean, every.Verdict);
            Assert.Equal(every.Outcomes.Order(), reduced.Outcomes.Order());
            Assert.Equal(0, every.Pruned);
            saved += every.Interleavings - reduced.Interleavings;
        }

        Assert.True(saved > 0, "the reduction reduces nothing");
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_defect_is_caught_without_the_reduction_too(string name)
    {
        PlantedDefect defect = DefectCatalog.Find(name)!;
        ExplorationResult result = InterleavingSearch.Explore(
            ClientCatalog.Find(defect.Client)!, new ExplorationOptions { Defect = defect, Reduces = false });
        Assert.Equal(defect.Expected, result.Verdict);
    }

    private static ExplorationResult Explore(IPrimitiveClient client, bool reduces) =>
        InterleavingSearch.Explore(client, new ExplorationOptions { Reduces = reduces, CollectsOutcomes = true });
}
