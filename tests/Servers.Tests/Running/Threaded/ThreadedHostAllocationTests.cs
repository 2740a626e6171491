// Once its pools are full the threaded host allocates nothing, on either of its threads, counted on each thread by itself. Bytes
// and signals come while the read is known to wait: in a race there is always a rare order of events that needs one box more
// than ever before. Must hold at tier 0 as well.

using Managarm.Perf.Core;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running.Threaded;

namespace Managarm.Perf.Servers.Tests.Running.Threaded;

[Trait("Category", "ZeroAllocation")]
[Collection(ThreadedHostTests.Name)]
public sealed class ThreadedHostAllocationTests
{
    private const int WarmReads = 300;
    private const int MeasuredReads = 1000;

    [Theory]
    [MemberData(nameof(ThreadedHostTests.Protocols), MemberType = typeof(ThreadedHostTests))]
    public void Warm_reads_on_both_threads(string protocol)
    {
        using var host = new ThreadedHost(ProtocolCatalog.Find(protocol)!, new WorldOptions());
        var reader = new RacingReader(host, seed: 3, isRacing: false);
        reader.Start();
        Assert.Equal(HostOutcome.Done, reader.RunMore(WarmReads));
        long kernelBytes = host.TakeCensus().AllocatedBytes;
        long userBytes = GC.GetAllocatedBytesForCurrentThread();
        HostOutcome outcome = reader.RunMore(MeasuredReads);
        userBytes = GC.GetAllocatedBytesForCurrentThread() - userBytes;
        kernelBytes = host.TakeCensus().AllocatedBytes - kernelBytes;
        Assert.Equal(HostOutcome.Done, outcome);
        Assert.Equal(0, userBytes);
        Assert.Equal(0, kernelBytes);
    }
}
