// The runner with real child processes, as short as it goes: times are not looked at, only that every contestant measured in
// every round of every launch, that bytes are counted exactly, and that a child which cannot start is told of in one line.

using Managarm.Perf.Bench.Runner;
using Managarm.Perf.Bench.Workloads.Threads;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Tests.Runner;

public sealed class ContestTests
{
    [Fact]
    public void Every_contestant_measures_in_every_launch()
    {
        Contestant[] contestants = [Contestant.Of("event-completion-source"), Contestant.Of("event-word")];
        ContestResult result = Contest.Measure(contestants, SignedRank.MinimumCount, 0.1, TestContext.Current.CancellationToken);
        Assert.Equal(SignedRank.MinimumCount, result.Table.Launches);
        Assert.Equal(5 * SignedRank.MinimumCount, result.Table.Rounds);
        Assert.Equal(88, result.BytesPerOperation[0], 0.1);
        Assert.Equal(0, result.BytesPerOperation[1], 0.1);
        Assert.InRange(result.Table.Nanoseconds(0), double.Epsilon, double.MaxValue);
        Assert.Equal(result.IsPinned, ProcessorPin.IsSupported);
    }

    [Fact]
    public void A_child_that_dies_is_named_with_its_last_words()
    {
        Contestant[] contestants = [Contestant.Of("event-word"), Contestant.Of("no-such-workload")];
        var failure = Assert.Throws<ChildException>(() => Contest.Measure(
            contestants, SignedRank.MinimumCount, 0.1, TestContext.Current.CancellationToken));
        Assert.Equal(
            "no-such-workload: the child ended where 'ready' was expected (exit code 2): "
            + "no workload is called 'no-such-workload'",
            failure.Message);
        Assert.Equal(2, failure.ExitCode);
    }
}
