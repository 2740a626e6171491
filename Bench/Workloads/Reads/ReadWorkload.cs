// Reads of a device under a protocol, on the threaded host. The calling thread is the user's OS thread and plays the outside
// world, too, so one clock stamps both ends of a latency. Bytes or a signal are sent only when the read is known to be blocked
// and the kernel's side to be at rest; what is timed is therefore the protocol and not a backlog. The reads are passthrough
// reads: the POSIX server never sees them.

using System.Diagnostics;
using Managarm.Perf.Bench.Workloads.Threads;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Results.Statistics;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running.Threaded;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Bench.Workloads.Reads;

/// <summary>Reads in one situation under one protocol.</summary>
public sealed class ReadWorkload : ILatencyWorkload, IUserCode, IUserDriver
{
    private const uint EndlessInput = 1 << 30;
    private const int PollsBeforeDoubt = 2000;
    private const int ReadsBetweenSweeps = 16;

    private readonly IProtocol protocol;
    private readonly ReadKind kind;
    private ThreadedHost? host;
    private int readsLeft;
    private long reads;
    private long results;
    private long stamp;
    private long stampedTicks;
    private long polls;
    private bool isParked;
    private bool isReading;
    private bool hasSent;

    /// <summary>Makes a workload.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="kind">What the reads meet.</param>
    public ReadWorkload(IProtocol protocol, ReadKind kind)
    {
        this.protocol = protocol;
        this.kind = kind;
    }

    /// <inheritdoc/>
    public string Name => $"read-{NameOf(kind)}-{protocol.Name}";

    /// <inheritdoc/>
    public string Summary => kind switch
    {
        ReadKind.RoundTrip => $"{protocol.Name}: a read whose bytes are there, user code on one thread, kernel on another",
        ReadKind.Woken => $"{protocol.Name}: a blocked read that bytes end, from their arrival",
        _ => $"{protocol.Name}: a blocked read that a signal ends, from its arrival; the handler runs, too",
    };

    /// <inheritdoc/>
    public string Unit => "read";

    /// <inheritdoc/>
    public int Threads => 2;

    /// <summary>What the reads meet.</summary>
    public ReadKind Kind => kind;

    /// <summary>Name of the protocol.</summary>
    public string Protocol => protocol.Name;

    /// <inheritdoc/>
    public int WarmUpWindows => 12;

    /// <inheritdoc/>
    public long? StampedNanoseconds => ReadScenario.Nanoseconds(stampedTicks);

    /// <inheritdoc/>
    public LatencyHistogram? Latencies { get; set; }

    /// <summary>Cancelled reads that the signal did not end, so that bytes had to.</summary>
    public long Ineffective { get; private set; }

    /// <inheritdoc/>
    public bool IsDone => isParked;

    /// <summary>Name of a situation, as tables and workloads have it.</summary>
    public static string NameOf(ReadKind kind) => kind switch
    {
        ReadKind.RoundTrip => "round-trip",
        ReadKind.Woken => "woken",
        _ => "cancelled",
    };

    /// <summary>Boots the system and starts the kernel's thread. May be called again after <see cref="Suspend"/>.</summary>
    public void Prepare()
    {
        host ??= new ThreadedHost(protocol, ReadScenario.Options) { BindKernelThread = ProcessorPin.PinPartner };
        isParked = false;
        isReading = false;
        readsLeft = 0;
        host.Start(ReadScenario.Scenario, this);
        RunHost();
        if (kind == ReadKind.RoundTrip)
        {
            host.RaiseLine(ReadScenario.Device, EndlessInput);
        }
    }

    /// <inheritdoc/>
    public void Suspend() => host?.Stop();

    /// <summary>What the kernel's side has counted since <see cref="Prepare"/>.</summary>
    public HostCensus TakeCensus() => host!.TakeCensus();

    /// <inheritdoc/>
    public long Run(int operations)
    {
        readsLeft = operations;
        results = 0;
        isParked = false;
        host!.Wake(host.ThreadOf(ReadScenario.Strand));
        RunHost();
        return results;
    }

    /// <inheritdoc/>
    public ModelTask<Unit> Run(Handle<KernelThread> thread, Activation activation) => activation.Signal == 0
        ? Read(thread)
        : host!.Calls.EndActivation(thread, isHandler: true);

    /// <inheritdoc/>
    public void Idle()
    {
        polls++;
        if (!isReading || kind == ReadKind.RoundTrip || (hasSent && polls < PollsBeforeDoubt))
        {
            return;
        }

        if (host!.IsSettled(ReadScenario.Strand))
        {
            Send();
        }
        else if (host.EchoesReturned == host.EchoesSent)
        {
            host.SendEcho();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => host?.Dispose();

    private void RunHost()
    {
        HostOutcome outcome = host!.Run(this);
        if (outcome != HostOutcome.Done)
        {
            Verify.Fail($"{Name} did not get to its end: {outcome} {host.PanicCode}");
        }
    }

    private void Send()
    {
        if (hasSent || kind == ReadKind.Woken)
        {
            Ineffective += hasSent ? 1 : 0;
            Begin();
            host!.RaiseLine(ReadScenario.Device, 1);
            return;
        }

        Begin();
        host!.Signal(ReadScenario.Strand, ReadScenario.Signal);
    }

    private void Begin()
    {
        hasSent = true;
        polls = 0;
        stamp = Stopwatch.GetTimestamp();
    }

    private async ModelTask<Unit> Read(Handle<KernelThread> thread)
    {
        await host!.Calls.Invoke(thread, ReadScenario.Scenario.CallAt(ReadScenario.InstallCall));
        while (true)
        {
            while (readsLeft > 0)
            {
                if (++reads % ReadsBetweenSweeps == 0)
                {
                    host.Sweep();
                }

                hasSent = false;
                isReading = true;
                stamp = Stopwatch.GetTimestamp();
                CallResult result = await host.Calls.Invoke(thread, ReadScenario.Scenario.CallAt(ReadScenario.ReadCall));
                EndRead(result, Stopwatch.GetTimestamp());
            }

            isParked = true;
            await host.Park(thread);
        }
    }

    private void EndRead(in CallResult result, long now)
    {
        isReading = false;
        readsLeft--;
        results += Math.Abs(result.Value);
        bool isAsMeant = kind == ReadKind.Cancelled ? result.Value == -(long)Errno.EINTR : result.Value == 1;
        if (isAsMeant)
        {
            stampedTicks += now - stamp;
            Latencies?.Record(ReadScenario.Nanoseconds(now - stamp));
        }
    }
}
