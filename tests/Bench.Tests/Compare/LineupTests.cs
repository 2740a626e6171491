// The line-ups of the table of ratios: every contestant exists, none meets itself, and no workload is left out of the table.

using Managarm.Perf.Bench.Ratios;
using Managarm.Perf.Bench.Workloads;

namespace Managarm.Perf.Bench.Tests.Compare;

public sealed class LineupTests
{
    [Fact]
    public void Every_contestant_is_a_workload_and_stands_once_in_its_line_up()
    {
        foreach (Lineup lineup in Lineup.All)
        {
            Assert.All(lineup.Workloads, workload => Assert.Contains(workload, WorkloadCatalog.Names));
            Assert.Equal(lineup.Workloads.Count, lineup.Workloads.Distinct().Count());
        }
    }

    [Fact]
    public void The_table_has_every_workload() =>
        Assert.Empty(WorkloadCatalog.Names.Except(Lineup.All.SelectMany(lineup => lineup.Workloads)));
}
