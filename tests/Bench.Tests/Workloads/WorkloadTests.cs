// Every workload of the catalog does its work, has a name that a command line can carry, and allocates nothing once prepared.

using System.Text.RegularExpressions;
using Managarm.Perf.Bench.Workloads;

namespace Managarm.Perf.Bench.Tests.Workloads;

public sealed partial class WorkloadTests
{
    [Fact]
    public void Every_workload_runs_and_has_a_name_of_its_own()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (IWorkload workload in Measurable())
        {
            using (workload)
            {
                Assert.Matches(NamePattern(), workload.Name);
                Assert.True(names.Add(workload.Name), $"two workloads are called {workload.Name}");
                Assert.NotEmpty(workload.Summary);
                Assert.NotEmpty(workload.Unit);
                workload.Prepare();
                int operations = ShortRun(workload);
                Assert.NotEqual(workload.Run(operations), workload.Run(2 * operations));
            }
        }
    }

    // What allocates, it does so because it shows what allocating costs; everything else allocates nothing, ours above all.
    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Only_the_peers_that_need_new_objects_allocate()
    {
        foreach (IWorkload workload in Measurable())
        {
            using (workload)
            {
                workload.Prepare();
                if (!IsUnbounded(workload.Name))
                {
                    bool isFree = LeastBytesOfARun(workload) == 0;
                    Assert.True(isFree != Allocates(workload.Name), $"{workload.Name} allocates: {!isFree}");
                }
            }
        }
    }

    private static IEnumerable<IWorkload> Measurable() =>
        WorkloadCatalog.MakeAll().Where(static workload => workload.Missing is null);

    // The least of several, since the compiler may replace a method in the middle of any one.
    private static long LeastBytesOfARun(IWorkload workload)
    {
        const int Runs = 5;
        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            workload.Run(ShortRun(workload));
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    // Two threads that share a processor with other tests need a time slice for each answer.
    private static int ShortRun(IWorkload workload) => workload.Threads == 1 ? 1000 : 50;

    // They grow while their consumer is behind, which depends on the machine.
    private static bool IsUnbounded(string name) =>
        name is "ring-one-way-concurrent-queue" or "ring-one-way-unbounded-channel";

    private static bool Allocates(string name) => name switch
    {
        "event-completion-source" or "event-await-completion-source" => true,
        "token-cancel-source" or "token-unregister-source" => true,
        "coroutine-call-task" or "coroutine-call-value-task" => true,
        "coroutine-three-deep-task" or "coroutine-three-deep-value-task" => true,
        "run-tasks" => true,
        _ => false,
    };

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex NamePattern();
}
