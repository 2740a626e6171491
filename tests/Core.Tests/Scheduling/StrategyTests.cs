// Strategies: a run is a function of the seed; PCT keeps its promise on bugs of known depth, and finds nothing below that depth;
// delay-bounded schedules never exceed their bound; the random walk reaches every interleaving of a tiny world about equally.

using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Tests.Scheduling;

public sealed class StrategyTests
{
    private const ulong Seeds = 6000;

    [Fact]
    public void Equal_seeds_give_equal_runs_for_every_strategy()
    {
        using var tiny = new TinyWorld(3, 3);
        for (ulong seed = 0; seed < 100; seed++)
        {
            AssertRepeats(tiny, () => Walk(seed, (uint)seed % 3));
            AssertRepeats(tiny, () => Pct(seed, 3, tiny.TotalSteps));
            AssertRepeats(tiny, () => Delays(seed, 3, tiny.TotalSteps));
        }
    }

    [Fact]
    public void A_random_walk_reaches_every_interleaving()
    {
        using var tiny = new TinyWorld(2, 2);
        var seen = new Dictionary<string, int>();
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            string marks = tiny.Run(Walk(seed, 0));
            seen[marks] = seen.GetValueOrDefault(marks) + 1;
        }

        Assert.Equal(6, seen.Count);
        Assert.All(seen.Values, count => Assert.True(count > (int)Seeds / 40, $"{count} of {Seeds}"));
    }

    // A bug of depth d among n parties and k steps is found with probability at least 1 / (n k^(d-1)).
    [Theory]
    [InlineData(1, "a1 a2 b1 b2")]
    [InlineData(2, "a1 b1 b2 a2")]
    [InlineData(3, "a1 b1 a2 b2")]
    public void Pct_finds_a_bug_of_its_depth_at_least_as_often_as_promised(int depth, string bug)
    {
        using var tiny = new TinyWorld(2, 2);
        int found = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            found += tiny.Run(Pct(seed, depth, tiny.TotalSteps)) == bug ? 1 : 0;
        }

        double promised = 1 / (tiny.Parties * Math.Pow(tiny.TotalSteps, depth - 1));
        double noise = 3 * Math.Sqrt(promised / Seeds);
        Assert.True((double)found / Seeds >= promised - noise, $"{found} of {Seeds}, promised {promised:f4}");
    }

    [Theory]
    [InlineData(1, "a1 b1 b2 a2")]
    [InlineData(2, "a1 b1 a2 b2")]
    public void Pct_never_finds_a_bug_above_its_depth(int depth, string bug)
    {
        using var tiny = new TinyWorld(2, 2);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            Assert.NotEqual(bug, tiny.Run(Pct(seed, depth, tiny.TotalSteps)));
        }
    }

    [Fact]
    public void Delay_bounded_runs_deviate_at_most_as_often_as_allowed()
    {
        using var tiny = new TinyWorld(3, 3);
        string plain = tiny.Run(NonPreemptive.Instance);
        for (int delays = 0; delays <= 4; delays++)
        {
            int largest = 0;
            for (ulong seed = 0; seed < 300; seed++)
            {
                string marks = tiny.Run(Delays(seed, delays, tiny.TotalSteps));
                largest = Math.Max(largest, tiny.Scheduler.Recorded.Count);
                Assert.True(delays > 0 || marks == plain);
            }

            Assert.Equal(delays, largest);
        }
    }

    [Fact]
    public void A_rare_random_walk_mostly_keeps_to_the_default()
    {
        using var tiny = new TinyWorld(3, 3);
        long often = 0;
        long rarely = 0;
        for (ulong seed = 0; seed < 500; seed++)
        {
            tiny.Run(Walk(seed, 0));
            often += tiny.Scheduler.Recorded.Count;
            tiny.Run(Walk(seed, 4));
            rarely += tiny.Scheduler.Recorded.Count;
        }

        Assert.True(rarely * 8 < often, $"{rarely} and {often}");
    }

    [Fact]
    public void Derived_seeds_and_bounded_draws_are_well_spread()
    {
        var random = new Prng(Prng.Derive(1, 2));
        Assert.NotEqual(Prng.Derive(1, 2), Prng.Derive(1, 3));
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.NextBelow(7)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
        Prng copy = random;
        Assert.Equal(copy.NextUInt64(), random.NextUInt64());
    }

    private static void AssertRepeats(TinyWorld tiny, Func<IScheduleStrategy> seeded)
    {
        string marks = tiny.Run(seeded());
        ulong hash = tiny.Scheduler.TraceHash;
        Assert.Equal(marks, tiny.Run(seeded()));
        Assert.Equal(hash, tiny.Scheduler.TraceHash);
    }

    private static RandomWalk Walk(ulong seed, uint shift)
    {
        var walk = new RandomWalk();
        walk.Seed(seed, shift);
        return walk;
    }

    private static PriorityChange Pct(ulong seed, int depth, uint expectedSteps)
    {
        var pct = new PriorityChange();
        pct.Seed(seed, depth, expectedSteps);
        return pct;
    }

    private static DelayBounded Delays(ulong seed, int delays, uint expectedSteps)
    {
        var bounded = new DelayBounded();
        bounded.Seed(seed, delays, expectedSteps);
        return bounded;
    }
}
