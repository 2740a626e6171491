// The log-rank test against a textbook's data, whose result every statistics package prints, and against its own promise: groups
// that are alike are told apart as seldom as the probability says.

using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Results.Tests.Statistics;

public sealed class LogRankTests
{
    /// <summary>Weeks of remission of leukaemia with and without 6-mercaptopurine (Freireich et al. 1963); negative ones were not
    /// over when they were last seen.</summary>
    private static readonly TimeToEvent[] Treated =
        Times(6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35);

    private static readonly TimeToEvent[] Control =
        Times(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23);

    [Fact]
    public void The_textbook_has_the_same_result()
    {
        var result = LogRank.Of(Treated, Control);
        Assert.Equal(16.79, result.ChiSquare, 0.005);
        Assert.Equal(4.17e-5, result.PValue, 0.005e-5);
        Assert.Equal(result.ChiSquare, LogRank.Of(Control, Treated).ChiSquare, 1e-9);
    }

    [Fact]
    public void A_small_table_can_be_done_by_hand()
    {
        // At 1: 1 of the 2 + 2 members is done, 1/2 expected, variance 1/4. At 2: 1 of 1 + 2, 1/3 expected, variance 2/9.
        var result = LogRank.Of(Times(1, 2), Times(-3, -3));
        Assert.Equal((2 - (5.0 / 6)) * (2 - (5.0 / 6)) / (17.0 / 36), result.ChiSquare, 1e-12);
    }

    [Fact]
    public void Groups_that_are_equal_or_have_nobody_done_do_not_differ()
    {
        Assert.Equal(new LogRank(0, 1), LogRank.Of(Times(3, -4, 9), Times(3, -4, 9)));
        Assert.Equal(new LogRank(0, 1), LogRank.Of(Times(-5, -5), Times(-5, -7)));
    }

    [Fact]
    public void Groups_that_are_alike_differ_as_seldom_as_promised()
    {
        const int Trials = 4000;
        var random = new Random(1);
        int different = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            different += LogRank.Of(Draw(random), Draw(random)).PValue < 0.05 ? 1 : 0;
        }

        Assert.InRange((double)different / Trials, 0.04, 0.07);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.4795001221869535)]
    [InlineData(1, 0.15729920705028513)]
    [InlineData(1.999999, 0.004677755648073953)]
    [InlineData(2, 0.004677734981047266)]
    [InlineData(3, 2.209049699858544e-05)]
    [InlineData(5, 1.5374597944280349e-12)]
    [InlineData(10, 2.088487583762545e-45)]
    public void The_complement_of_the_error_function_is_that_of_the_tables(double x, double value) =>
        Assert.Equal(1, ErrorFunction.Complement(x) / value, 1e-9);

    private static TimeToEvent[] Draw(Random random) =>
        [.. Enumerable.Range(0, 20).Select(_ => Times(Math.Min(-Math.Log(random.NextDouble()), 1.5))[0])
            .Select(each => each with { IsDone = each.Time < 1.5 })];

    private static TimeToEvent[] Times(params double[] weeks) =>
        [.. weeks.Select(each => new TimeToEvent(Math.Abs(each), each > 0))];
}
