// The workloads by name. A new workload is one file and one line here; whoever measures asks this catalog, so that every command
// knows the same ones.

using Managarm.Perf.Servers;

namespace Managarm.Perf.Bench;

/// <summary>All workloads.</summary>
public static class WorkloadCatalog
{
    private static readonly Func<IWorkload>[] Makers =
    [
        () => new SpscSameThread(),
        () => new HostRoundTrip(),
        .. EveryRead(),
    ];

    /// <summary>Makes one of each, in the order in which tables show them; dispose them.</summary>
    public static IReadOnlyList<IWorkload> MakeAll() => [.. Makers.Select(make => make())];

    // Without cancellation there is no cancelled read to measure.
    private static IEnumerable<Func<IWorkload>> EveryRead() =>
        from protocol in ProtocolCatalog.All.ToArray()
        from kind in Enum.GetValues<ReadKind>()
        where kind != ReadKind.Cancelled || protocol is not Uncancelled
        select (Func<IWorkload>)(() => new ReadWorkload(protocol, kind));
}
