// Each strategy keeps its guarantee where the exact answer is known: the whole distribution over the interleavings of a
// scripted world is compared with one that is worked out naively from the strategy's definition. Seeds are fixed, so a test
// that has passed once passes always; the bounds are wide enough that a right strategy fails with one choice of seeds in many.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Tests.Scheduling;

public sealed class StrategyGuaranteeTests
{
    private const int Runs = 20_000;

    [Theory]
    [InlineData("x! x!|x!")]
    [InlineData("x|y z|x!")]
    [InlineData("x y z x|x")]
    public void A_random_walk_has_its_exact_distribution(string script)
    {
        using var scripted = new ScriptedWorld(script);
        AssertDistribution(scripted, scripted.Model.Walk(), Walk);
    }

    [Theory]
    [InlineData("x! x!|x!")]
    [InlineData("x|y z|x!")]
    [InlineData("x y z x y z|x")]
    [InlineData("x!|x! x! x!|y")]
    public void The_uniform_walk_is_uniform_over_interleavings(string script)
    {
        using var scripted = new ScriptedWorld(script);
        var uniform = new UniformWalk();
        scripted.Run(NonPreemptive.Instance);
        uniform.Learn(scripted.World);
        AssertDistribution(scripted, scripted.Model.Uniform(), seed =>
        {
            uniform.Seed(Prng.Derive(1, seed));
            return uniform;
        });
    }

    [Fact]
    public void The_uniform_walk_reaches_what_the_random_walk_hardly_does()
    {
        using var scripted = new ScriptedWorld("p p p p p p p p x|x");
        Dictionary<string, double> walk = scripted.Model.Walk();
        Assert.True(walk.Values.Min() < walk.Values.Average() / 10);
        Assert.Equal(1, walk.Values.Sum(), 9);
        Assert.Equal(walk.Count, scripted.Model.Uniform().Count);
    }

    [Fact]
    public void The_uniform_walk_reaches_everything_even_when_it_has_learned_of_no_step()
    {
        using var scripted = new ScriptedWorld("x y z|x");
        var uniform = new UniformWalk();
        Assert.Throws<ToolBugException>(() => scripted.Run(uniform));
        uniform.Learn(scripted.World);
        uniform.Seed(1);
        Dictionary<string, int> counts = scripted.Count(2000, _ => uniform);
        Assert.Equal(scripted.Model.Uniform().Count, counts.Count);
    }

    [Theory]
    [InlineData("x! x!|x!", 1)]
    [InlineData("x! x!|x!", 2)]
    [InlineData("x! x!|x!", 3)]
    [InlineData("x|y z|x!", 2)]
    [InlineData("x|y|x!", 3)]
    public void Pct_has_its_exact_distribution_and_keeps_its_bound(string script, int depth)
    {
        using var scripted = new ScriptedWorld(script);
        Dictionary<string, double> exact = scripted.Model.PriorityChange(depth);
        var pct = new PriorityChange();
        AssertDistribution(scripted, exact, seed =>
        {
            pct.Seed(Prng.Derive(2, seed), depth, (uint)scripted.Model.TotalSteps);
            return pct;
        });

        var bound = new PriorityChangeBound(scripted.Model.Parties.Count, (uint)scripted.Model.TotalSteps, depth);
        foreach (ScriptOrder[] bug in scripted.Model.Bugs(depth))
        {
            double found = exact.Where(each => Array.TrueForAll(bug, order => order.IsIn(each.Key))).Sum(each => each.Value);
            Assert.True(
                found >= bound.Probability - 1e-12,
                $"{string.Join(" and ", bug)}: {found}, promised {bound.Probability}");
        }
    }

    [Fact]
    public void The_bound_of_pct_is_told_in_runs()
    {
        var bound = new PriorityChangeBound(3, 10, 3);
        Assert.Equal(1.0 / 300, bound.Probability, 12);
        double runs = bound.RunsFor(0.95);
        Assert.True(Math.Pow(1 - bound.Probability, runs) <= 0.05);
        Assert.True(Math.Pow(1 - bound.Probability, runs - 1) > 0.05);
        Assert.Equal(1, new PriorityChangeBound(1, 10, 1).RunsFor(0.95));
    }

    [Theory]
    [InlineData("x!|x!", 6)]
    [InlineData("x! x!|x!", 8)]
    [InlineData("p x!|x!", 8)]
    [InlineData("x! y|y! x", 8)]
    [InlineData("x|x", 6)]
    [InlineData("x!|x|y!", 8)]
    [InlineData("x|x x|y", 8)]
    public void Pos_has_its_exact_distribution(string script, int draws)
    {
        using var scripted = new ScriptedWorld(script);
        AssertDistribution(scripted, scripted.Model.PartialOrder(draws), seed => Pos(scripted, seed));
    }

    // A step that comes after many others of its party must overtake one that could run at once: a walk needs a lucky choice
    // per step, partial order sampling one lucky draw.
    [Fact]
    public void Pos_orders_a_late_step_before_an_early_one_more_often_than_a_walk()
    {
        using var scripted = new ScriptedWorld("p p p p x!|x!");
        static bool IsHit(string steps) =>
            steps.IndexOf("a5", StringComparison.Ordinal) < steps.IndexOf("b1", StringComparison.Ordinal);
        double walk = scripted.Model.Walk().Where(each => IsHit(each.Key)).Sum(each => each.Value);
        double exact = scripted.Model.PartialOrder(8).Where(each => IsHit(each.Key)).Sum(each => each.Value);
        double measured = scripted.Count(Runs, seed => Pos(scripted, seed)).Where(each => IsHit(each.Key)).Sum(each => each.Value)
            / (double)Runs;
        double measuredWalk = scripted.Count(Runs, Walk).Where(each => IsHit(each.Key)).Sum(each => each.Value) / (double)Runs;
        Assert.InRange(measured, exact - Noise(exact), exact + Noise(exact));
        Assert.InRange(measuredWalk, walk - Noise(walk), walk + Noise(walk));
        Assert.True(exact > 2 * walk, $"{exact} and {walk}");
    }

    [Fact]
    public void A_point_announces_the_step_behind_it()
    {
        using var scripted = new ScriptedWorld("x! y|y! x|z x!");
        var checker = new AnnouncementChecker(scripted);
        for (ulong seed = 0; seed < 200; seed++)
        {
            checker.Seed(seed);
            scripted.Run(checker);
        }

        Assert.True(checker.Checked > 500, $"{checker.Checked} checked");
    }

    [Fact]
    public void A_party_that_has_been_woken_announces_nothing()
    {
        using var test = new TestWorld();
        int waiter = test.Add(async () =>
        {
            await test.Point(1);
            await test.Ring(0);
            return default;
        });
        bool isAnnounced = false;
        bool isSilent = false;
        test.Add(async () =>
        {
            await test.Point(2);
            isAnnounced = test.World.Scheduler.StepLog.PendingOf(waiter) is { IsNone: false, Index: 1, IsWrite: true };
            await test.Point(3);
            test.Events.Ring(ref test.Bell(0));
            await test.Point(4);
            isSilent = test.World.Scheduler.IsEnabled(waiter) && test.World.Scheduler.StepLog.PendingOf(waiter).IsNone;
            return default;
        });
        var schedule = new Schedule();
        schedule.Add(new Deviation(0, (byte)waiter, 1));
        schedule.Add(new Deviation((byte)waiter, (byte)(waiter + 1), 1));
        schedule.Add(new Deviation((byte)(waiter + 1), (byte)waiter, 2));
        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        test.Run(replay);
        replay.Finish();
        Assert.Equal(-1, replay.DivergedAt);
        Assert.True(isAnnounced);
        Assert.True(isSilent);
    }

    private static double Noise(double probability) => 5 * Math.Sqrt(probability * (1 - probability) / Runs);

    private static RandomWalk Walk(ulong seed)
    {
        var walk = new RandomWalk();
        walk.Seed(Prng.Derive(3, seed), 0);
        return walk;
    }

    private static PartialOrderSampling Pos(ScriptedWorld scripted, ulong seed)
    {
        var pos = new PartialOrderSampling();
        pos.Seed(Prng.Derive(4, seed), scripted.World);
        return pos;
    }

    /// <summary>Pearson's test against exact probabilities; what should be impossible must not come at all.</summary>
    private static void AssertDistribution(
        ScriptedWorld scripted, Dictionary<string, double> exact, Func<ulong, IScheduleStrategy> seeded)
    {
        Assert.Equal(1, exact.Values.Sum(), 9);
        Dictionary<string, int> counts = scripted.Count(Runs, seeded);
        Assert.Empty(counts.Keys.Except(exact.Keys));
        double chiSquare = 0;
        foreach ((string steps, double probability) in exact)
        {
            double expected = probability * Runs;
            double difference = counts.GetValueOrDefault(steps) - expected;
            chiSquare += difference * difference / expected;
        }

        double degrees = exact.Count - 1;
        Assert.True(chiSquare < degrees + (6 * Math.Sqrt(2 * degrees)) + 10, $"chi-square {chiSquare:f1} with {degrees} degrees");
    }

    /// <summary>Picks at random and remembers what was announced; the step must be that.</summary>
    private sealed class AnnouncementChecker(ScriptedWorld scripted) : IScheduleStrategy
    {
        private Prng random;
        private StepAnnouncement expected;
        private uint step;

        internal int Checked { get; private set; }

        internal void Seed(ulong seed) => random = new Prng(seed);

        public void Begin(int partyCount) => expected = default;

        public int Next(in Decision decision)
        {
            StepLog log = scripted.World.Scheduler.StepLog;
            if (!expected.IsNone)
            {
                Assert.Equal(expected, log[step]);
                Checked++;
            }

            int[] enabled = [.. Enumerable.Range(0, 32).Where(Bit(decision.EnabledMask))];
            int chosen = enabled[random.NextBelow((uint)enabled.Length)];
            expected = log.PendingOf(chosen);
            step = decision.Step + 1;
            Assert.Equal(scripted.World.Scheduler[chosen].PointCount == 0, expected.IsNone);
            return chosen;
        }

        private static Func<int, bool> Bit(uint mask) => party => (mask >> party & 1) != 0;
    }
}
