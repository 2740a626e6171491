// Replay: what any strategy did comes back exactly from its deviations; a strict replay names the first deviation that could not
// be followed, a lenient one skips it.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Tests.Scheduling;

public sealed class ReplayTests : IDisposable
{
    private readonly TinyWorld tiny = new(3, 3);
    private readonly Schedule schedule = new();
    private readonly Replay replay = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void A_recorded_run_comes_back_exactly()
    {
        var walk = new RandomWalk();
        var distinct = new HashSet<string>();
        for (ulong seed = 0; seed < 200; seed++)
        {
            walk.Seed(seed, 0);
            string marks = tiny.Run(walk);
            ulong hash = tiny.Scheduler.TraceHash;
            schedule.CopyFrom(tiny.Scheduler.Recorded);
            replay.Load(schedule, isStrict: true);
            Assert.Equal(marks, tiny.Run(replay));
            replay.Finish();
            Assert.Equal(-1, replay.DivergedAt);
            Assert.Equal(hash, tiny.Scheduler.TraceHash);
            Assert.Equal(schedule.Deviations.ToArray(), tiny.Scheduler.Recorded.Deviations.ToArray());
            distinct.Add(marks);
        }

        Assert.True(distinct.Count > 100, $"only {distinct.Count} different runs");
    }

    [Theory]
    [InlineData(3, 9, 2u)]
    [InlineData(3, 1, 77u)]
    [InlineData(9, 1, 1u)]
    public void Strict_replay_names_the_deviation_that_does_not_apply(byte party, byte next, uint point)
    {
        schedule.Add(new Deviation(3, 2, 2));
        schedule.Add(new Deviation(party, next, point));
        Follow(isStrict: true);
        Assert.Equal(1, replay.DivergedAt);
    }

    [Fact]
    public void The_first_divergence_counts()
    {
        schedule.Add(new Deviation(3, 9, 2));
        schedule.Add(new Deviation(3, 1, 77));
        Follow(isStrict: true);
        Assert.Equal(0, replay.DivergedAt);
    }

    [Fact]
    public void Lenient_replay_skips_what_does_not_apply()
    {
        schedule.Add(new Deviation(9, 1, 1));
        schedule.Add(new Deviation(3, 2, 2));
        schedule.Add(new Deviation(2, 31, 2));
        Assert.Equal("c1 b1 b2 b3 a1 a2 a3 c2 c3", Follow(isStrict: false));
        Assert.Equal(-1, replay.DivergedAt);
        Assert.Equal(1, tiny.Scheduler.Recorded.Count);
    }

    [Fact]
    public void A_schedule_is_bounded_and_says_when_it_is_cut_off()
    {
        for (int i = 0; i <= Schedule.Capacity; i++)
        {
            Assert.Equal(i == Schedule.Capacity + 1, schedule.IsTruncated);
            schedule.Add(new Deviation(1, 2, (uint)i));
        }

        Assert.True(schedule.IsTruncated);
        schedule.RemoveAt(0);
        Assert.Equal(Schedule.Capacity - 1, schedule.Count);
        Assert.Equal(1u, schedule.Deviations[0].Point);
        schedule.Clear();
        Assert.False(schedule.IsTruncated);
        Assert.Throws<ToolBugException>(() => schedule.RemoveAt(0));
    }

    private string Follow(bool isStrict)
    {
        replay.Load(schedule, isStrict);
        string marks = tiny.Run(replay);
        replay.Finish();
        return marks;
    }
}
