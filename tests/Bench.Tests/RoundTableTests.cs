// Ratios are formed within rounds and summarised afterwards, which is the point of interleaving.

using Managarm.Perf.Bench.Measurement;

namespace Managarm.Perf.Bench.Tests;

public sealed class RoundTableTests
{
    [Fact]
    public void Ratios_are_formed_within_rounds()
    {
        var table = new RoundTable(2);
        (double Reference, double Value)[] rounds = [(10, 20), (100, 210), (1, 1.9)];
        foreach ((double reference, double value) in rounds)
        {
            table.Add(0, reference);
            table.Add(1, value);
        }

        Assert.Equal(3, table.Count);
        Assert.Equal(10, table.Median(0));
        Assert.Equal(1.9, table.Minimum(1));
        Assert.Equal(2, table.MedianRatio(1, 0), 6);
        Assert.Equal(1.9, table.MinimumRatio(1, 0), 6);
        Assert.Equal(1, table.MedianRatio(0, 0), 6);
    }

    [Fact]
    public void An_even_number_of_rounds_has_its_median_between_two()
    {
        var table = new RoundTable(1);
        table.Add(0, 1);
        table.Add(0, 4);
        Assert.Equal(2.5, table.Median(0));
    }
}
