// The workloads by name. A new workload is one file and one line here; whoever measures asks this catalog, so that every command
// knows the same ones.

namespace Managarm.Perf.Bench;

/// <summary>All workloads.</summary>
public static class WorkloadCatalog
{
    private static readonly Func<IWorkload>[] Makers =
    [
        () => new SpscSameThread(),
    ];

    /// <summary>Makes one of each, in the order in which tables show them; dispose them.</summary>
    public static IReadOnlyList<IWorkload> MakeAll() => [.. Makers.Select(make => make())];
}
