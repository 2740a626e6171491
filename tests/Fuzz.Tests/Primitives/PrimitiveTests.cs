// The primitives as they ship: complete exploration, clean, and of exactly as many interleavings as last time. A changed count
// means that a primitive makes other accesses than before, or that the search has changed; either deserves a look.

using Managarm.Perf.Core.Sync;
using Managarm.Perf.Fuzz.Primitives;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>Explores the shipped primitives, without and with defects.</summary>
public sealed class PrimitiveTests
{
    public static TheoryData<string, int, long, long> Pinned => new()
    {
        { "spsc", 12, 10_574, 49_030 },
        { "spsc-one-slot", 6, 50, 198 },
        { "spsc-batched", 8, 200, 836 },
        { "mpsc", 10, 53_975, 391_180 },
        { "mpsc-wrap", 12, 3_019, 19_454 },
        { "mpsc-batched", 16, 20_269, 159_494 },
        { "oneshot", 5, 123, 577 },
        { "notify", 7, 210, 649 },
        { "alert", 5, 77, 593 },
        { "inbox", 4, 409, 4_351 },
        { "inbox-two-producers", 4, 9_374, 91_061 },
        { "inbox-alert", 2, 1_025, 9_940 },
        { "slab", 12, 39, 238 },
        { "slab-contested", 8, 13, 60 },
    };

    public static TheoryData<string> WeakOnlyDefects => [.. DefectCatalog.All
        .Where(static defect => defect.Sequential == ClientVerdict.Clean && defect.Weak != ClientVerdict.Clean)
        .Select(static defect => defect.Name)];

    public static TheoryData<string> Defects => [.. DefectCatalog.All.Select(static defect => defect.Name)];

    [Theory]
    [MemberData(nameof(Pinned))]
    public void A_primitive_is_clean_and_its_exploration_is_what_it_was(
        string name, int operations, long interleavings, long steps)
    {
        ExplorationResult result = InterleavingSearch.Explore(ClientCatalog.Find(name)!, new ExplorationOptions());
        Assert.Equal("", result.Detail);
        Assert.Equal(ClientVerdict.Clean, result.Verdict);
        Assert.True(result.IsComplete);
        Assert.Equal((operations, interleavings, steps), (result.Operations, result.Interleavings, result.Steps));
    }

    [Fact]
    public void Every_client_is_pinned() =>
        Assert.Equal(ClientCatalog.All.Select(static client => client.Name), Pinned.Select(static row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(WeakOnlyDefects))]
    public void A_defect_that_only_weak_memory_shows_is_missed_under_sequential_consistency(string name)
    {
        PlantedDefect defect = DefectCatalog.Find(name)!;
        IPrimitiveClient client = ClientCatalog.Find(defect.Client)!;
        var options = new ExplorationOptions { Defect = defect, JudgesRaces = false };
        ExplorationResult sequential = InterleavingSearch.Explore(client, options);
        ExplorationResult weak = InterleavingSearch.Explore(client, options with { Memory = MemoryKind.Weak });
        Assert.True(sequential.IsComplete);
        Assert.Equal(ClientVerdict.Clean, sequential.Verdict);
        Assert.Equal(defect.Weak, weak.Verdict);
        Assert.Contains(weak.Trace, static entry => entry.Performed.NewerStores > 0);
    }

    [Fact]
    public void A_ring_published_without_release_and_many_others_show_under_weak_memory_only()
    {
        Assert.Equal(19, WeakOnlyDefects.Count);
        Assert.Contains("spsc-publish-no-release", WeakOnlyDefects.Select(static row => row.Data));
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_planted_defect_is_caught_as_what_it_is_where_races_are_judged(string name)
    {
        PlantedDefect defect = DefectCatalog.Find(name)!;
        IPrimitiveClient client = ClientCatalog.Find(defect.Client)!;
        ExplorationResult result = InterleavingSearch.Explore(client, new ExplorationOptions { Defect = defect });
        Assert.Equal(defect.Expected, result.Verdict);
        bool isMissed = defect.Expected == ClientVerdict.Clean;
        Assert.Equal((isMissed, isMissed), (result.IsComplete, result.Trace.Count == 0));
    }

    [Theory]
    [InlineData("alert", PrimitiveOperation.None, AccessKind.ReadAcquire)]
    [InlineData("mpsc-wrap", PrimitiveOperation.Publish, AccessKind.ReadAcquire)]
    [InlineData("mpsc-wrap", PrimitiveOperation.Claim, AccessKind.CompareExchange)]
    public void The_handbook_names_the_orderings_that_the_explorer_does_not_miss(
        string name, PrimitiveOperation operation, AccessKind kind)
    {
        var defect = new PlantedDefect
        {
            Name = "not-missed",
            Summary = "an ordering that nothing judged here needs",
            Client = name,
            Weakening = new Weakening(operation, kind, AccessWeakness.Ordering),
        };
        var options = new ExplorationOptions { Defect = defect };
        IPrimitiveClient client = ClientCatalog.Find(name)!;
        Assert.Equal(ClientVerdict.Clean, InterleavingSearch.Explore(client, options).Verdict);
        Assert.Equal(ClientVerdict.Clean, InterleavingSearch.Explore(client, options with { Memory = MemoryKind.Weak }).Verdict);
    }

    [Theory]
    [InlineData("alert", PrimitiveOperation.None, AccessKind.FetchOr)]
    [InlineData("alert", PrimitiveOperation.None, AccessKind.FetchAnd)]
    [InlineData("alert", PrimitiveOperation.SetBits, AccessKind.FetchOr)]
    [InlineData("alert", PrimitiveOperation.ClearBits, AccessKind.FetchAnd)]
    [InlineData("inbox", PrimitiveOperation.None, AccessKind.FetchOr)]
    [InlineData("inbox", PrimitiveOperation.None, AccessKind.FetchAnd)]
    [InlineData("inbox", PrimitiveOperation.Send, AccessKind.FetchOr)]
    [InlineData("inbox", PrimitiveOperation.Send, AccessKind.FetchAnd)]
    [InlineData("inbox", PrimitiveOperation.Send, AccessKind.CompareExchange)]
    [InlineData("oneshot", PrimitiveOperation.Await, AccessKind.CompareExchange)]
    [InlineData("oneshot", PrimitiveOperation.Raise, AccessKind.CompareExchange)]
    [InlineData("oneshot", PrimitiveOperation.Cancel, AccessKind.CompareExchange)]
    [InlineData("notify", PrimitiveOperation.SetBits, AccessKind.FetchOr)]
    [InlineData("notify", PrimitiveOperation.ClearBits, AccessKind.FetchAnd)]
    [InlineData("mpsc-wrap", PrimitiveOperation.Claim, AccessKind.CompareExchange)]
    [InlineData("slab", PrimitiveOperation.Return, AccessKind.CompareExchange)]
    [InlineData("slab-contested", PrimitiveOperation.Free, AccessKind.CompareExchange)]
    public void No_primitive_needs_the_full_fence_of_a_read_modify_write(
        string name, PrimitiveOperation operation, AccessKind kind)
    {
        var defect = new PlantedDefect
        {
            Name = "no-fence",
            Summary = "a read-modify-write acquires and releases, and is no fence",
            Client = name,
            Weakening = new Weakening(operation, kind, AccessWeakness.Fence),
        };
        ExplorationResult result = InterleavingSearch.Explore(
            ClientCatalog.Find(name)!, new ExplorationOptions { Defect = defect, Memory = MemoryKind.Weak });
        Assert.Equal(ClientVerdict.Clean, result.Verdict);
    }

    [Fact]
    public void The_shortest_interleaving_of_a_ring_published_without_release_names_the_old_store()
    {
        PlantedDefect defect = DefectCatalog.Find("spsc-publish-no-release")!;
        IPrimitiveClient client = ClientCatalog.Find(defect.Client)!;
        ExplorationResult result = ShortestInterleaving.Find(
            client,
            new ExplorationOptions { Defect = defect, Memory = MemoryKind.Weak, JudgesRaces = false },
            out int deviations);
        Assert.Equal((ClientVerdict.NotLinearizable, 1), (result.Verdict, deviations));
        string text = InterleavingText.Write(client, result, showsSources: true);
        Assert.Contains(
            "reads message in slot 0: 0, from the start, OLD: there is a newer store", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Peeked", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_line_is_planted_somewhere()
    {
        PrimitiveDefect[] planted = [.. DefectCatalog.All.Select(static defect => defect.Line).Distinct().Order()];
        Assert.Equal(Enum.GetValues<PrimitiveDefect>(), planted);
    }

    [Fact]
    public void The_shortest_interleaving_of_a_lost_wake_needs_one_preemption()
    {
        PlantedDefect defect = DefectCatalog.Find("inbox-check-before-clear")!;
        IPrimitiveClient client = ClientCatalog.Find(defect.Client)!;
        ExplorationResult result = ShortestInterleaving.Find(
            client, new ExplorationOptions { Defect = defect }, out int preemptions);
        Assert.Equal((ClientVerdict.LostWake, 1), (result.Verdict, preemptions));
        string text = InterleavingText.Write(client, result, showsSources: false);
        Assert.Contains("clears bits 1 in the notify word: 1 before", text, StringComparison.Ordinal);
        Assert.EndsWith("=> lost wake: thread 0 sleeps and nobody is left to wake it\n", text, StringComparison.Ordinal);
    }
}
