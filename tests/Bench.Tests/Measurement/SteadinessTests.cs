// What is believed of a measurement: rounds that agree on a machine that had room, in the order that floors and reads must have.

using Managarm.Perf.Bench.Latency;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Tests.Measurement;

public sealed class SteadinessTests
{
    [Fact]
    public void Rounds_that_agree_are_steady() => Assert.True(Steadiness.Of([100, 101, 99, 100, 102, 100, 98]).IsSteady);

    [Fact]
    public void Rounds_that_differ_are_not() => Assert.False(Steadiness.Of([100, 300, 90, 500, 120, 110, 400]).IsSteady);

    [Fact]
    public void Too_few_rounds_say_nothing()
    {
        Assert.Null(Steadiness.Of([100, 100, 100]).Spread);
        Assert.False(Steadiness.Of([100, 100, 100]).IsSteady);
    }

    [Fact]
    public void Any_number_of_rounds_can_be_judged() =>
        Assert.True(Steadiness.Of([.. Enumerable.Range(0, 5000).Select(round => 100.0 + (round % 7))]).IsSteady);

    [Theory]
    [InlineData(1, 2, 0.9, true)]
    [InlineData(1, 2, 1.5, false)]
    [InlineData(2, 2, 0.1, true)]
    [InlineData(2, 2, 0.5, false)]
    [InlineData(2, 1, 0.1, true)]
    [InlineData(2, 8, 5.0, true)]
    public void Every_thread_that_measures_needs_a_processor(int threads, int processors, double others, bool hasRoom) =>
        Assert.Equal(hasRoom, new Quietness(threads, processors, others).HasRoom);

    [Fact]
    public void A_system_that_does_not_tell_is_judged_by_its_rounds_alone() =>
        Assert.True(new Quietness(2, 2, null).HasRoom);

    [Fact]
    public void What_is_not_believed_is_a_hyphen_and_its_counts_remain()
    {
        string[] rows = Rows(Report(new Quietness(2, 2, 1.7), floor: 100, read: 500));
        const string Times = "tristate    woken               -        -        -         -         -           -         -";
        Assert.StartsWith(Times + "       42        0     1.00", rows[3], StringComparison.Ordinal);
        Assert.DoesNotContain("500", rows[3], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_believed_is_shown() =>
        Assert.Contains("500", Rows(Report(new Quietness(2, 2, 0), floor: 100, read: 500))[3], StringComparison.Ordinal);

    [Fact]
    public void A_floor_above_a_read_and_the_read_below_it_are_not_believed()
    {
        LatencyReport report = Report(new Quietness(2, 2, 0), floor: 600, read: 500);
        Assert.False(report.Believes(report.Floor));
        Assert.False(report.Believes(report.Reads[0].Latency));
    }

    [Fact]
    public void The_sentence_says_how_much_is_missing_and_why()
    {
        var machine = new Quietness(2, 2, 1.72);
        Assert.Equal("", machine.Explain(0, 25));
        Assert.Equal(
            "too noisy to tell: 24 of 25 times are not believed and not shown; others used 1.7 of 2 processors; "
            + "measure for longer, or on a quiet machine",
            machine.Explain(24, 25));
    }

    private static string[] Rows(LatencyReport report)
    {
        using var output = new StringWriter();
        LatencyText.Write(output, report);
        return output.ToString().Split('\n');
    }

    private static LatencyReport Report(Quietness machine, long floor, long read) => new(
        1, 2, 9, machine, Distribution(floor), [new ReadLatency("tristate", "woken", 0, 1, 1, 1, Distribution(read))]);

    private static LatencyDistribution Distribution(long nanoseconds) => new(
        42, nanoseconds, nanoseconds, nanoseconds, nanoseconds, nanoseconds, nanoseconds, nanoseconds, 0, 0, 0.01,
        new long[LatencyScale.Columns]);
}
