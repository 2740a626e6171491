// An echo from the user's OS thread to the kernel's and back, through the rings of the threaded host and with nothing else to do
// on either side. No kernel entry can be faster, so this is the floor under all latencies of the host.

using System.Diagnostics;
using Managarm.Perf.Bench.Workloads.Threads;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Results.Statistics;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running.Threaded;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Bench.Workloads.Reads;

/// <summary>The floor: one request and its answer.</summary>
public sealed class HostRoundTrip : ILatencyWorkload, IUserCode
{
    private ThreadedHost? host;
    private long stampedTicks;

    /// <inheritdoc/>
    public string Name => "host-round-trip";

    /// <inheritdoc/>
    public string Summary => "threaded host: an empty request to the kernel's thread and its answer";

    /// <inheritdoc/>
    public string Unit => "round trip";

    /// <inheritdoc/>
    public int Threads => 2;

    /// <inheritdoc/>
    public long? StampedNanoseconds => ReadScenario.Nanoseconds(stampedTicks);

    /// <inheritdoc/>
    public LatencyHistogram? Latencies { get; set; }

    /// <summary>Starts the kernel's thread. May be called again after <see cref="Suspend"/>.</summary>
    public void Prepare()
    {
        host ??= new ThreadedHost(new Tristate(), ReadScenario.Options) { BindKernelThread = ProcessorPin.PinPartner };
        host.Start(ReadScenario.Scenario, this);
    }

    /// <inheritdoc/>
    public void Suspend() => host?.Stop();

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            long start = Stopwatch.GetTimestamp();
            host!.AwaitEcho();
            long ticks = Stopwatch.GetTimestamp() - start;
            stampedTicks += ticks;
            Latencies?.Record(ReadScenario.Nanoseconds(ticks));
        }

        return host!.EchoesReturned;
    }

    /// <inheritdoc/>
    public async ModelTask<Unit> Run(Handle<KernelThread> thread, Activation activation)
    {
        await host!.Park(thread);
        return default;
    }

    /// <inheritdoc/>
    public void Dispose() => host?.Dispose();
}
