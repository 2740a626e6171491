// The explorer itself, on programs whose answers are known: how many interleavings there are, which outcomes they have, what is
// a race and what is not, who sleeps for good.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Fuzz.Primitives;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>Tests of the search, the race detector and the judgement of sleepers.</summary>
public sealed class InterleavingSearchTests
{
    private static readonly LitmusAccess storeFirst = new(AccessKind.WriteRelease, 0);
    private static readonly LitmusAccess storeSecond = new(AccessKind.WriteRelease, 1);
    private static readonly LitmusAccess loadFirst = new(AccessKind.ReadAcquire, 0);
    private static readonly LitmusAccess loadSecond = new(AccessKind.ReadAcquire, 1);
    private static readonly LitmusAccess fill = new(AccessKind.Write, 2);
    private static readonly LitmusAccess look = new(AccessKind.Read, 2);

    [Theory]
    [InlineData(1, 1, 0, 2)]
    [InlineData(3, 3, 0, 20)]
    [InlineData(4, 2, 0, 15)]
    [InlineData(2, 2, 2, 90)]
    [InlineData(3, 3, 3, 1680)]
    public void Without_reduction_every_interleaving_is_explored(int first, int second, int third, int expected)
    {
        LitmusAccess[][] threads = [.. new[] { first, second, third }.Where(static count => count > 0)
            .Select(count => Enumerable.Repeat(loadFirst, count).ToArray())];
        ExplorationResult result = InterleavingSearch.Explore(
            new LitmusClient(threads), new ExplorationOptions { Reduces = false });
        Assert.Equal(expected, result.Interleavings);
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void Store_buffering_has_three_outcomes_under_sequential_consistency()
    {
        var client = new LitmusClient([storeFirst, loadSecond], [storeSecond, loadFirst]);
        ExplorationResult result = InterleavingSearch.Explore(
            client, new ExplorationOptions { Reduces = false, CollectsOutcomes = true });
        Assert.Equal(6, result.Interleavings);
        string[] results = [.. result.Outcomes.Select(static outcome => outcome.Split(" after ")[0]).Distinct()];
        Assert.Equal(3, results.Length);
        Assert.DoesNotContain("0:Send(0)=0 0:Send(0)=0 1:Send(0)=0 1:Send(0)=0", results);
    }

    [Fact]
    public void A_message_that_a_release_publishes_and_an_acquire_finds_is_no_race()
    {
        LitmusAccess wake = new(AccessKind.Wake, 1);
        LitmusAccess sleep = new(AccessKind.Sleep);
        Assert.Equal(ClientVerdict.Clean, Explore([fill, wake], [sleep, look]).Verdict);
        Assert.Equal(ClientVerdict.Clean, Explore([fill, storeFirst], [loadFirst, look with { IfLast = 1 }]).Verdict);
        Assert.Equal(ClientVerdict.DataRace, Explore([fill, storeFirst], [loadFirst, look]).Verdict);
        Assert.Equal(ClientVerdict.DataRace, Explore([wake, fill], [sleep, look]).Verdict);
    }

    [Fact]
    public void Plain_accesses_race_with_atomic_ones_unless_both_read()
    {
        LitmusAccess load = new(AccessKind.ReadAcquire, 2);
        LitmusAccess exchange = new(AccessKind.CompareExchange, 2);
        Assert.Equal(ClientVerdict.DataRace, Explore([fill], [load]).Verdict);
        Assert.Equal(ClientVerdict.DataRace, Explore([look], [exchange]).Verdict);
        Assert.Equal(ClientVerdict.DataRace, Explore([fill], [fill]).Verdict);
        Assert.Equal(ClientVerdict.Clean, Explore([look], [load]).Verdict);
        Assert.Equal(ClientVerdict.Clean, Explore([exchange], [load], [exchange]).Verdict);
    }

    [Fact]
    public void A_read_modify_write_continues_a_release_and_a_store_breaks_it_off()
    {
        LitmusAccess add = new(AccessKind.FetchAdd, 0, 1, PrimitiveOperation.Claim);
        LitmusAccess store = new(AccessKind.WriteRelease, 0, 2, PrimitiveOperation.Claim);
        LitmusAccess[] producer = [fill, storeFirst];
        LitmusAccess[] consumer = [loadFirst, look with { IfLast = 2 }];
        Assert.Equal(ClientVerdict.Clean, ExploreRelaxed(AccessKind.FetchAdd, producer, [add], consumer));
        Assert.Equal(ClientVerdict.DataRace, ExploreRelaxed(AccessKind.WriteRelease, producer, [store], consumer));
    }

    [Fact]
    public void Who_sleeps_without_a_wake_is_lost_and_a_wake_that_came_before_counts()
    {
        LitmusAccess sleep = new(AccessKind.Sleep);
        LitmusAccess wake = new(AccessKind.Wake, 1);
        Assert.Equal(ClientVerdict.LostWake, Explore([loadFirst], [sleep]).Verdict);
        Assert.Equal(ClientVerdict.Clean, Explore([wake], [loadFirst, sleep]).Verdict);
        Assert.Equal(ClientVerdict.LostWake, Explore([wake, wake], [sleep, sleep]).Verdict);
    }

    [Fact]
    public void A_bound_on_preemptions_bounds_them()
    {
        var client = new LitmusClient([loadFirst, loadFirst], [loadFirst, loadFirst]);
        long[] counts = [.. Enumerable.Range(0, 4).Select(bound => InterleavingSearch.Explore(
            client, new ExplorationOptions { Reduces = false, DeviationsMax = bound }).Interleavings)];
        Assert.Equal([2, 4, 6, 6], counts);
    }

    [Fact]
    public void A_client_that_is_not_deterministic_is_refused()
    {
        int calls = 0;
        Assert.Throws<ToolBugException>(() => InterleavingSearch.Explore(
            new UnsteadyClient(() => ++calls), new ExplorationOptions()));
        Assert.Equal(3, calls);
    }

    [Fact]
    public void An_interleaving_that_does_not_end_is_a_verdict()
    {
        LitmusAccess wake = new(AccessKind.Wake, 1);
        Assert.Equal(ClientVerdict.Clean, Explore([.. Enumerable.Repeat(wake, 256)]).Verdict);
        Assert.Equal(ClientVerdict.TooLong, Explore([.. Enumerable.Repeat(wake, 257)]).Verdict);
    }

    [Fact]
    public void An_exploration_can_be_stopped_and_says_that_it_is_not_complete()
    {
        ExplorationResult result = InterleavingSearch.Explore(
            ClientCatalog.Find("mpsc")!, new ExplorationOptions { Stop = new CancellationToken(canceled: true) });
        Assert.False(result.IsComplete);
        Assert.Equal(ClientVerdict.Clean, result.Verdict);
        Assert.InRange(result.Interleavings, 0, 1);
    }

    private static ExplorationResult Explore(params LitmusAccess[][] threads) =>
        InterleavingSearch.Explore(new LitmusClient(threads), new ExplorationOptions());

    // The middle thread's access to word 0, an operation Claim, loses its ordering.
    private static ClientVerdict ExploreRelaxed(AccessKind kind, params LitmusAccess[][] threads)
    {
        var defect = new PlantedDefect
        {
            Name = "relaxed",
            Summary = "the middle thread orders nothing",
            Client = "litmus",
            Expected = ClientVerdict.DataRace,
            Weakening = new Weakening(PrimitiveOperation.Claim, kind, AccessWeakness.Ordering),
        };
        return InterleavingSearch.Explore(new LitmusClient(threads), new ExplorationOptions { Defect = defect }).Verdict;
    }
}
