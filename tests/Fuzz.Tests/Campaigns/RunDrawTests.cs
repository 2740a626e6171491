// What the runs of a campaign are: fresh scenarios come between the seeds, in every part of a campaign that is shared out. The
// one seed of these tests makes one call, so a run with more calls is a fresh one.

using Managarm.Perf.Fuzz.Tests.Findings;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

public sealed class RunDrawTests
{
    [Fact]
    public void Fresh_scenarios_come_between_the_seeds_from_the_first_runs_on()
    {
        using var scratch = new ScratchDirectory();
        scratch.Write("a.scn", "A: exit(0)\n");
        Assert.Equal(3, CallsOf(scratch.Location, runs: 3, (0, 1)));
        Assert.InRange(CallsOf(scratch.Location, runs: 4, (0, 1)), 5, long.MaxValue);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void No_shard_has_only_fresh_scenarios_or_none(int shards)
    {
        using var scratch = new ScratchDirectory();
        scratch.Write("a.scn", "A: exit(0)\n");
        for (int shard = 0; shard < shards; shard++)
        {
            long fresh = 0;
            for (int runs = 1; runs <= 16; runs++)
            {
                long before = runs == 1 ? 0 : CallsOf(scratch.Location, runs - 1, (shard, shards));
                fresh += CallsOf(scratch.Location, runs, (shard, shards)) - before > 1 ? 1 : 0;
            }

            Assert.InRange(fresh, 1, 15);
        }
    }

    private static long CallsOf(string corpus, long runs, (int Index, int Count) shard) =>
        TestCampaign.Run("monolithic", runs, 1, 1, corpus, default, shard: shard).Totals.Calls;
}
