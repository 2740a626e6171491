// One side of a comparison: which workload of which program. Two contestants may be the same workload, of two revisions or of
// one, which is how the runner is compared with itself.

namespace Managarm.Perf.Bench;

/// <summary>Something that takes part in a contest.</summary>
/// <param name="Name">Name in messages and tables.</param>
/// <param name="Program">Program that knows the workload.</param>
/// <param name="Workload">Name of the workload.</param>
/// <param name="SlowDownPercent">Planted slow-down, 0 for none.</param>
public sealed record Contestant(string Name, ChildProgram Program, string Workload, int SlowDownPercent = 0)
{
    /// <summary>A workload of this program.</summary>
    public static Contestant Of(string workload) => new(workload, ChildProgram.Current, workload);
}
