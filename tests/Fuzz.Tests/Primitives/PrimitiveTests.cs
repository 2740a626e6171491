// The primitives as they ship: complete exploration, clean, and of exactly as many interleavings as last time. A changed count
// means that a primitive makes other accesses than before, or that the search has changed; either deserves a look.

namespace Managarm.Perf.Fuzz.Tests;

/// <summary>Explores the shipped primitives, without and with faults.</summary>
public sealed class PrimitiveTests
{
    public static TheoryData<string, int, long, long> Pinned => new()
    {
        { "spsc", 12, 9_687, 42_231 },
        { "spsc-one-slot", 6, 50, 198 },
        { "mpsc", 10, 60_748, 391_969 },
        { "mpsc-wrap", 12, 2_535, 14_822 },
        { "oneshot", 5, 123, 577 },
        { "notify", 7, 210, 649 },
        { "alert", 5, 77, 593 },
        { "inbox", 4, 409, 4_351 },
        { "inbox-two-producers", 4, 11_642, 114_135 },
        { "inbox-alert", 2, 1_025, 9_940 },
        { "slab", 12, 105, 634 },
        { "slab-contested", 8, 19, 89 },
    };

    public static TheoryData<string> Faults => [.. FaultCatalog.All.Select(static fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Pinned))]
    public void A_primitive_is_clean_and_its_exploration_is_what_it_was(
        string name, int operations, long interleavings, long steps)
    {
        ExplorationResult result = Exploration.Explore(ClientCatalog.Find(name)!, new ExplorationOptions());
        Assert.Equal("", result.Detail);
        Assert.Equal(ClientVerdict.Clean, result.Verdict);
        Assert.True(result.IsComplete);
        Assert.Equal((operations, interleavings, steps), (result.Operations, result.Interleavings, result.Steps));
    }

    [Fact]
    public void Every_client_is_pinned() =>
        Assert.Equal(ClientCatalog.All.Select(static client => client.Name), Pinned.Select(static row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_caught_as_what_it_is(string name)
    {
        PlantedFault fault = FaultCatalog.Find(name)!;
        IPrimitiveClient client = ClientCatalog.Find(fault.Client)!;
        ExplorationResult result = Exploration.Explore(client, new ExplorationOptions { Fault = fault });
        Assert.Equal(fault.Expected, result.Verdict);
        Assert.NotEmpty(result.Trace);
        Assert.False(result.IsComplete);
    }

    [Theory]
    [InlineData("alert", PrimitiveOperation.None, AccessKind.FetchOr)]
    [InlineData("alert", PrimitiveOperation.None, AccessKind.ReadAcquire)]
    [InlineData("inbox-alert", PrimitiveOperation.Send, AccessKind.FetchOr)]
    [InlineData("mpsc-wrap", PrimitiveOperation.Publish, AccessKind.ReadAcquire)]
    [InlineData("mpsc-wrap", PrimitiveOperation.Claim, AccessKind.CompareExchange)]
    public void The_handbook_names_the_orderings_that_the_explorer_does_not_miss(
        string name, PrimitiveOperation operation, AccessKind kind)
    {
        var fault = new PlantedFault
        {
            Name = "not-missed",
            Summary = "an ordering that nothing judged here needs",
            Client = name,
            Expected = ClientVerdict.Clean,
            Weakening = new Weakening(operation, kind, AccessWeakness.Ordering),
        };
        ExplorationResult result = Exploration.Explore(
            ClientCatalog.Find(name)!, new ExplorationOptions { Fault = fault });
        Assert.Equal(ClientVerdict.Clean, result.Verdict);
    }

    [Fact]
    public void Every_wrong_line_is_planted_somewhere()
    {
        Core.PrimitiveFault[] planted = [.. FaultCatalog.All.Select(static fault => fault.Line).Distinct().Order()];
        Assert.Equal(Enum.GetValues<Core.PrimitiveFault>(), planted);
    }

    [Fact]
    public void The_shortest_interleaving_of_a_lost_wake_needs_one_preemption()
    {
        PlantedFault fault = FaultCatalog.Find("inbox-check-before-clear")!;
        IPrimitiveClient client = ClientCatalog.Find(fault.Client)!;
        ExplorationResult result = ShortestInterleaving.Find(
            client, new ExplorationOptions { Fault = fault }, out int preemptions);
        Assert.Equal((ClientVerdict.LostWake, 1), (result.Verdict, preemptions));
        string text = InterleavingText.Write(client, result, showsSources: false);
        Assert.Contains("clears bits 1 in the notify word: 1 before", text, StringComparison.Ordinal);
        Assert.EndsWith("=> lost wake: thread 0 sleeps and nobody is left to wake it\n", text, StringComparison.Ordinal);
    }
}
