// A ring in C, one way between two processors: the same work as OneWay, on the same threads.

using Managarm.Perf.Bench.Workloads.Threads;

namespace Managarm.Perf.Bench.Workloads.Peers;

/// <summary>Throughput of a ring in C between two cores.</summary>
public sealed class PeerOneWay : IWorkload, IPartnerBody
{
    private readonly PeerShape shape;
    private readonly Partner partner;
    private PeerRing ring;

    /// <summary>Makes a workload.</summary>
    /// <param name="shape">The ring.</param>
    public PeerOneWay(PeerShape shape)
    {
        this.shape = shape;
        partner = new Partner(this);
    }

    /// <inheritdoc/>
    public string Name => $"ring-one-way-{PeerRing.NameOf(shape)}";

    /// <inheritdoc/>
    public string Summary => $"{PeerRing.SummaryOf(shape)}: messages from one core to another";

    /// <inheritdoc/>
    public string Unit => "message";

    /// <inheritdoc/>
    public int Threads => 2;

    /// <inheritdoc/>
    public string? Missing => CompiledPeers.Missing;

    /// <inheritdoc/>
    public void Prepare()
    {
        ring = PeerRing.Open(shape);
        partner.Begin();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        partner.Start(operations);
        ring.Run("peer_send", ring, operations);
        return partner.Join();
    }

    /// <inheritdoc/>
    public long RunPartner(int operations) => ring.Run("peer_receive", ring, operations);

    /// <inheritdoc/>
    public void Dispose()
    {
        partner.Dispose();
        ring.Dispose();
    }
}
