// The workloads by name. A new workload is one file and one line here; whoever measures asks this catalog, so that every command
// knows the same ones.

using Managarm.Perf.Bench.MiniWorld;
using Managarm.Perf.Bench.Workloads.Coroutines;
using Managarm.Perf.Bench.Workloads.Events;
using Managarm.Perf.Bench.Workloads.Floors;
using Managarm.Perf.Bench.Workloads.Hardware;
using Managarm.Perf.Bench.Workloads.Harness;
using Managarm.Perf.Bench.Workloads.Peers;
using Managarm.Perf.Bench.Workloads.Reads;
using Managarm.Perf.Bench.Workloads.Rings;
using Managarm.Perf.Bench.Workloads.Runs;
using Managarm.Perf.Bench.Workloads.Tokens;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Bench.Workloads;

/// <summary>All workloads.</summary>
public static class WorkloadCatalog
{
    private const int StallEvery = 20;

    private static readonly Func<IWorkload>[] Makers =
    [
        () => new VolatileAccess(),
        () => new CompareExchange(),
        () => new CacheLineRoundTrip(),
        () => new SameThread<SpscConduit>(),
        () => new SameThread<MpscConduit>(),
        () => new SameThread<ConcurrentQueueConduit>(),
        () => new SameThread<BoundedChannelConduit>(),
        () => new SameThread<UnboundedChannelConduit>(),
        () => new OneWay<SpscConduit>(),
        () => new OneWay<MpscConduit>(),
        () => new OneWay<ConcurrentQueueConduit>(),
        () => new OneWay<BoundedChannelConduit>(),
        () => new OneWay<UnboundedChannelConduit>(),
        .. EveryShape(shape => new PeerOneWay(shape)),
        () => new RoundTrip<SpscConduit>(),
        () => new RoundTrip<MpscConduit>(),
        () => new RoundTrip<ConcurrentQueueConduit>(),
        () => new RoundTrip<BoundedChannelConduit>(),
        () => new RoundTrip<UnboundedChannelConduit>(),
        .. EveryShape(shape => new PeerRoundTrip(shape)),
        () => new WordEvent(),
        () => new PooledSourceEvent(),
        () => new CompletionSourceEvent(),
        () => new WorldEvent(),
        () => new AwaitPooledSource(),
        () => new AwaitCompletionSource(),
        () => new WorldTokenCancel(),
        () => new SourceCancel(),
        () => new WorldTokenUnregister(),
        () => new SourceUnregister(),
        () => new SourceTryReset(),
        .. EveryDepth(depth => new FrameCalls(depth)),
        .. EveryDepth(depth => new ModelTaskCalls(depth)),
        .. EveryDepth(depth => new PooledValueTaskCalls(depth)),
        .. EveryDepth(depth => new ValueTaskCalls(depth)),
        .. EveryDepth(depth => new TaskCalls(depth)),
        () => new MiniRun(new FrameMiniWorld()),
        () => new MiniRun(new CoroutineMiniWorld()),
        () => new MiniRun(new TaskMiniWorld()),
        () => new TimerMachine(),
        () => new TimerQueue(),
        () => new StormMachine(),
        () => new StormQueue(),
        () => new HostRoundTrip(),
        .. EveryRead(),
        () => new PlantedSleep("harness-sleep", PlantedSleep.PlainNanoseconds),
        () => new PlantedSleep("harness-sleep-double", 2 * PlantedSleep.PlainNanoseconds),
        () => new PlantedSleep("harness-sleep-stalled", PlantedSleep.PlainNanoseconds, StallEvery),
    ];

    // Only a workload knows its name, so all are made once to ask them.
    private static readonly Lazy<IReadOnlyDictionary<string, int>> Places = new(() =>
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (IWorkload workload in MakeAll())
        {
            using (workload)
            {
                places.Add(workload.Name, places.Count);
            }
        }

        return places;
    });

    /// <summary>Makes one of each, in the order in which tables show them; dispose them.</summary>
    public static IReadOnlyList<IWorkload> MakeAll() => [.. Makers.Select(make => make())];

    /// <summary>Names of all workloads, in that order.</summary>
    public static IReadOnlyList<string> Names => [.. Places.Value.OrderBy(place => place.Value).Select(place => place.Key)];

    /// <summary>Makes the workload of a name; dispose it.</summary>
    /// <returns>The workload, or null when there is none of that name.</returns>
    public static IWorkload? Make(string name) => Places.Value.TryGetValue(name, out int place) ? Makers[place]() : null;

    private static IEnumerable<Func<IWorkload>> EveryDepth(Func<CallDepth, IWorkload> make) =>
        Enum.GetValues<CallDepth>().Select(depth => (Func<IWorkload>)(() => make(depth)));

    private static IEnumerable<Func<IWorkload>> EveryShape(Func<PeerShape, IWorkload> make) =>
        Enum.GetValues<PeerShape>().Select(shape => (Func<IWorkload>)(() => make(shape)));

    // Without cancellation there is no cancelled read to measure.
    private static IEnumerable<Func<IWorkload>> EveryRead() =>
        from protocol in ProtocolCatalog.All.ToArray()
        from kind in Enum.GetValues<ReadKind>()
        where kind != ReadKind.Cancelled || protocol is not Uncancelled
        select (Func<IWorkload>)(() => new ReadWorkload(protocol, kind));
}
