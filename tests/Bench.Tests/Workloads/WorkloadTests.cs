// Every workload of the catalog does its work, has a name that a command line can carry, and allocates nothing once prepared.

using System.Text.RegularExpressions;

namespace Managarm.Perf.Bench.Tests.Workloads;

public sealed partial class WorkloadTests
{
    [Fact]
    public void Every_workload_runs_and_has_a_name_of_its_own()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (IWorkload workload in WorkloadCatalog.MakeAll())
        {
            using (workload)
            {
                Assert.Matches(NamePattern(), workload.Name);
                Assert.True(names.Add(workload.Name), $"two workloads are called {workload.Name}");
                Assert.NotEmpty(workload.Summary);
                Assert.NotEmpty(workload.Unit);
                workload.Prepare();
                Assert.NotEqual(workload.Run(1000), workload.Run(2000));
            }
        }
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex NamePattern();
}
