// The workloads by name. A new workload is one file and one line here; whoever measures asks this catalog, so that every command
// knows the same ones.

namespace Managarm.Perf.Bench;

/// <summary>All workloads.</summary>
public static class WorkloadCatalog
{
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
        () => new RoundTrip<SpscConduit>(),
        () => new RoundTrip<MpscConduit>(),
        () => new RoundTrip<ConcurrentQueueConduit>(),
        () => new RoundTrip<BoundedChannelConduit>(),
        () => new RoundTrip<UnboundedChannelConduit>(),
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
        .. EveryDepth(depth => new KernelTaskCalls(depth)),
        .. EveryDepth(depth => new PooledValueTaskCalls(depth)),
        .. EveryDepth(depth => new ValueTaskCalls(depth)),
        .. EveryDepth(depth => new TaskCalls(depth)),
        () => new MiniRun(new FrameMiniWorld()),
        () => new MiniRun(new CoroutineMiniWorld()),
        () => new MiniRun(new TaskMiniWorld()),
    ];

    /// <summary>Makes one of each, in the order in which tables show them; dispose them.</summary>
    public static IReadOnlyList<IWorkload> MakeAll() => [.. Makers.Select(make => make())];

    private static IEnumerable<Func<IWorkload>> EveryDepth(Func<CallDepth, IWorkload> make) =>
        Enum.GetValues<CallDepth>().Select(depth => (Func<IWorkload>)(() => make(depth)));
}
