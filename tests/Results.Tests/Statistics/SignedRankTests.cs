// The interval against values whose truth is known: its ends for small counts are the textbook's, it holds the truth as often as
// it says under noise that is far from normal, and shifting or mirroring the values shifts or mirrors it.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Results.Tests.Statistics;

public sealed class SignedRankTests
{
    [Theory]
    [InlineData(6, 0)]
    [InlineData(8, 3)]
    [InlineData(10, 8)]
    [InlineData(20, 52)]
    public void Ends_are_those_of_the_tables(int count, int criticalValue)
    {
        // Powers of a large number keep every pairwise mean apart, so an end names its place among them.
        double[] values = [.. Enumerable.Range(0, count).Select(power => Math.Pow(3, power))];
        double[] means =
            [.. values.SelectMany((_, index) => values.Skip(index), (first, second) => (first + second) / 2).Order()];
        var ranks = SignedRank.Of(values);
        Assert.Equal(means[criticalValue], ranks.Lower);
        Assert.Equal(means[means.Length - 1 - criticalValue], ranks.Upper);
    }

    [Fact]
    public void Moving_and_mirroring_the_values_moves_and_mirrors_the_interval()
    {
        Prop.ForAll(Values(), Gen.Choose(-1000, 1000).ToArbitrary(), (values, shift) =>
        {
            var ranks = SignedRank.Of(values);
            var moved = SignedRank.Of([.. values.Select(value => value + shift)]);
            var mirrored = SignedRank.Of([.. values.Select(value => -value)]);
            Assert.Equal((ranks.Lower + shift, ranks.Upper + shift), (moved.Lower, moved.Upper));
            Assert.Equal((-ranks.Upper, -ranks.Estimate, -ranks.Lower), (mirrored.Lower, mirrored.Estimate, mirrored.Upper));
            Assert.InRange(ranks.Estimate, ranks.Lower, ranks.Upper);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(16)]
    public void The_truth_lies_inside_as_often_as_promised(int count)
    {
        const int Trials = 4000;
        var random = new Random(count);
        int inside = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            // Two humps with heavy tails around 5: nothing that a normal interval would survive.
            double[] values = [.. Enumerable.Range(0, count).Select(_ => 5 + (random.Next(2) == 0 ? -1 : 1) + HeavyTail(random))];
            var ranks = SignedRank.Of(values);
            inside += ranks.Lower <= 5 && ranks.Upper >= 5 ? 1 : 0;
        }

        Assert.InRange((double)inside / Trials, 0.945, 0.985);
    }

    [Fact]
    public void Too_few_values_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SignedRank.Of([1, 2, 3, 4, 5]));
        Assert.Throws<ArgumentException>(() => Median.Of([]));
    }

    private static double HeavyTail(Random random) => Math.Tan(Math.PI * (random.NextDouble() - 0.5)) * 0.1;

    private static Arbitrary<double[]> Values() => Gen.Choose(-1000, 1000).Select(value => (double)value)
        .ListOf(8).Select(list => list.ToArray()).ToArbitrary();
}
