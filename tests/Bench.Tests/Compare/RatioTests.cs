// What the table of ratios believes: launches that agree, on a machine with a processor for every thread, and no floor that is
// slower than what it is the floor of. What is not believed is a hyphen and decides no aim.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Ratios;
using Managarm.Perf.Bench.Runner;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Tests.Compare;

public sealed class RatioTests
{
    private static readonly Quietness quiet = new(2, 2, 0.1);
    private static readonly Lineup lineup = new(
        "event", "event-word", [new Rival("event-pooled-source", 1), new Rival("floor-compare-exchange")]);

    [Fact]
    public void What_agrees_on_a_quiet_machine_is_shown()
    {
        IReadOnlyList<RatioLine> lines = RatioLine.Of(lineup, Result(quiet, ours: [8], rival: [16], floor: [2]));
        Assert.All(lines, line => Assert.Equal(0, line.Missing));
        Assert.Equal("met", lines[1].AimAnswer);
        Assert.Equal(
            [
                "| event | event-word | 8.00 | 0 | 1 | |  |",
                "|  | event-pooled-source | 16.00 | 0 | 2.00 | 2.00 to 2.00 | at least 1: met |",
                "|  | floor-compare-exchange | 2.00 | 0 | 0.25 | 0.25 to 0.25 |  |",
            ],
            Rows(quiet, lines));
    }

    [Fact]
    public void Nothing_is_believed_of_a_machine_that_others_used()
    {
        var busy = new Quietness(2, 2, 1.5);
        IReadOnlyList<RatioLine> lines = RatioLine.Of(lineup, Result(busy, ours: [8], rival: [16], floor: [2]));
        Assert.All(lines, line => Assert.Equal(line.Figures, line.Missing));
        Assert.Equal("open", lines[1].AimAnswer);
        Assert.Equal("|  | event-pooled-source | - | 0 | - | - | at least 1: open |", Rows(busy, lines)[1]);
    }

    [Fact]
    public void A_contestant_whose_launches_disagree_is_not_believed_and_the_others_are()
    {
        IReadOnlyList<RatioLine> lines = RatioLine.Of(lineup, Result(quiet, ours: [8], rival: [16, 40, 9], floor: [2]));
        Assert.Equal([0, 2, 0], lines.Select(line => line.Missing));
        Assert.Equal("open", lines[1].AimAnswer);
    }

    [Fact]
    public void What_drifts_for_all_alike_leaves_the_ratios()
    {
        ContestResult result = Result(quiet, ours: [8, 16, 32], rival: [16, 32, 64], floor: [2, 4, 8]);
        IReadOnlyList<RatioLine> lines = RatioLine.Of(lineup, result);
        Assert.All(lines, line => Assert.False(line.IsTimeBelieved));
        Assert.All(lines, line => Assert.True(line.IsRatioBelieved));
        Assert.Equal("|  | event-pooled-source | - | 0 | 2.00 | 2.00 to 2.00 | at least 1: met |", Rows(quiet, lines)[1]);
    }

    [Fact]
    public void A_floor_above_ours_is_not_believed()
    {
        IReadOnlyList<RatioLine> lines = RatioLine.Of(lineup, Result(quiet, ours: [8], rival: [16], floor: [9]));
        Assert.Equal([0, 0, 2], lines.Select(line => line.Missing));
    }

    // Twelve launches of five rounds; launch by launch the given times come in turn.
    private static ContestResult Result(Quietness machine, double[] ours, double[] rival, double[] floor)
    {
        var table = new ContestTable(lineup.Workloads.Count);
        for (int launch = 0; launch < 12; launch++)
        {
            table.BeginLaunch();
            double[] times = [ours[launch % ours.Length], rival[launch % rival.Length], floor[launch % floor.Length]];
            for (int round = 0; round < 5; round++)
            {
                table.AddRound(times, times);
            }
        }

        return new ContestResult(table, [0, 0, 0], true, machine);
    }

    private static string[] Rows(Quietness machine, IReadOnlyList<RatioLine> lines)
    {
        using var output = new StringWriter();
        RatioText.Write(output, new RatioReport(1, true, 2, 12, machine, lines));
        return output.ToString().Split('\n')[2..(2 + lines.Count)];
    }
}
