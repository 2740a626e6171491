// Two rings in C, there and back between two processors: the same work as RoundTrip, on the same threads.

using Managarm.Perf.Bench.Workloads.Threads;

namespace Managarm.Perf.Bench.Workloads.Peers;

/// <summary>Latency of a ring in C between two cores, there and back.</summary>
public sealed class PeerRoundTrip : IWorkload, IPartnerBody
{
    private readonly PeerShape shape;
    private readonly Partner partner;
    private PeerRing requests;
    private PeerRing replies;

    /// <summary>Makes a workload.</summary>
    /// <param name="shape">The rings.</param>
    public PeerRoundTrip(PeerShape shape)
    {
        this.shape = shape;
        partner = new Partner(this);
    }

    /// <inheritdoc/>
    public string Name => $"ring-round-trip-{PeerRing.NameOf(shape)}";

    /// <inheritdoc/>
    public string Summary => $"{PeerRing.SummaryOf(shape)}: a message to another core and back";

    /// <inheritdoc/>
    public string Unit => "round trip";

    /// <inheritdoc/>
    public int Threads => 2;

    /// <inheritdoc/>
    public string? Missing => CompiledPeers.Missing;

    /// <inheritdoc/>
    public void Prepare()
    {
        requests = PeerRing.Open(shape);
        replies = PeerRing.Open(shape);
        partner.Begin();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        partner.Start(operations);
        return requests.Run("peer_ask", replies, operations) + partner.Join();
    }

    /// <inheritdoc/>
    public long RunPartner(int operations) => requests.Run("peer_answer", replies, operations);

    /// <inheritdoc/>
    public void Dispose()
    {
        partner.Dispose();
        requests.Dispose();
        replies.Dispose();
    }
}
