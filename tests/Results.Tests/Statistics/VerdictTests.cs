// The whole way from slices to a verdict on a simulated machine that drifts, loses slices and has two speeds: intervals hold the
// true ratio, equal things are never called different in thousands of comparisons, a tenth is always seen, and where nothing can
// be told the number of launches that is asked for does tell.

using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Results.Tests.Statistics;

public sealed class VerdictTests
{
    private const double Margin = 0.03;
    private const int Launches = 8;
    private const int Rounds = 25;

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(3.7)]
    public void Intervals_hold_the_true_ratio(double truth)
    {
        const int Trials = 1000;
        var machine = new SimulatedMachine(seed: 1);
        int inside = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            RatioInterval ratio = machine.Measure(truth, Launches, Rounds).Ratio(1, 0);
            inside += ratio.Lower <= truth && truth <= ratio.Upper ? 1 : 0;
        }

        Assert.InRange((double)inside / Trials, 0.94, 0.99);
    }

    [Fact]
    public void Equal_things_are_never_called_different()
    {
        var machine = new SimulatedMachine(seed: 2) { LaunchNoise = 0.02 };
        for (int trial = 0; trial < 2000; trial++)
        {
            ComparisonAnswer answer = Verdict.Of(machine.Measure(1, Launches, Rounds).Ratio(1, 0), Margin).Answer;
            Assert.True(answer is ComparisonAnswer.Equal or ComparisonAnswer.Unclear, $"{answer} in trial {trial}");
        }
    }

    [Theory]
    [InlineData(1.1, Launches, ComparisonAnswer.Slower)]
    [InlineData(1 / 1.1, Launches, ComparisonAnswer.Faster)]
    [InlineData(1.0, 4 * Launches, ComparisonAnswer.Equal)]
    public void What_matters_is_seen(double truth, int launches, ComparisonAnswer expected)
    {
        const int Trials = 500;
        var machine = new SimulatedMachine(seed: 3);
        int seen = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            seen += Verdict.Of(machine.Measure(truth, launches, Rounds).Ratio(1, 0), Margin).Answer == expected ? 1 : 0;
        }

        Assert.InRange(seen, Trials * 98 / 100, Trials);
    }

    [Fact]
    public void The_launches_that_are_asked_for_are_enough()
    {
        var machine = new SimulatedMachine(seed: 4) { LaunchNoise = 0.06 };
        int unclear = 0;
        int told = 0;
        for (int trial = 0; trial < 200; trial++)
        {
            var verdict = Verdict.Of(machine.Measure(1.15, 6, Rounds).Ratio(1, 0), Margin);
            if (verdict.Answer != ComparisonAnswer.Unclear || verdict.MoreLaunches > 100)
            {
                continue;
            }

            unclear++;
            RatioInterval longer = machine.Measure(1.15, 6 + verdict.MoreLaunches, Rounds).Ratio(1, 0);
            told += Verdict.Of(longer, Margin).Answer != ComparisonAnswer.Unclear ? 1 : 0;
        }

        Assert.True(unclear > 20, $"only {unclear} were unclear");
        Assert.True(told > unclear / 2, $"{told} of {unclear} were told");
    }

    [Fact]
    public void A_ratio_on_the_margin_asks_for_the_most()
    {
        var onMargin = new RatioInterval(1.03, 1.0, 1.06, 8);
        Assert.Equal(new Verdict(ComparisonAnswer.Unclear, Verdict.MostLaunches), Verdict.Of(onMargin, Margin));
    }

    [Fact]
    public void Steady_drift_within_a_round_cancels_out()
    {
        var table = new ContestTable(2);
        for (int launch = 0; launch < 6; launch++)
        {
            table.BeginLaunch();
            table.AddRound([10, 20 * 1.1], [10 * 1.1 * 1.1 * 1.1, 20 * 1.1 * 1.1]);
        }

        RatioInterval ratio = table.Ratio(1, 0);
        Assert.Equal(2, ratio.Lower, 1e-9);
        Assert.Equal(2, ratio.Upper, 1e-9);
        Assert.Equal((6, 6), (table.Launches, table.Rounds));
        Assert.Equal(10 * Math.Pow(1.1, 1.5), table.Nanoseconds(0), 1e-9);
    }
}
