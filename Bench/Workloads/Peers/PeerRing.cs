// A ring in C as the workloads see it: opened and closed, and run as a whole, one call per run and side. The shapes are those of
// rings.c, where each is explained.

using Managarm.Perf.Bench.Workloads.Rings;

namespace Managarm.Perf.Bench.Workloads.Peers;

/// <summary>One ring in C.</summary>
internal readonly unsafe struct PeerRing : IDisposable
{
    private readonly void* ring;

    private PeerRing(void* ring)
    {
        this.ring = ring;
    }

    /// <summary>Name of a shape in the names of workloads.</summary>
    /// <param name="shape">The shape.</param>
    internal static string NameOf(PeerShape shape) => shape switch
    {
        PeerShape.Counters => "c-counters",
        PeerShape.Sequence => "c-sequence",
        _ => "c-batched",
    };

    /// <summary>What a shape is, for lists.</summary>
    /// <param name="shape">The shape.</param>
    internal static string SummaryOf(PeerShape shape) => shape switch
    {
        PeerShape.Counters => "ring in C with two shared positions",
        PeerShape.Sequence => "ring in C with a sequence in the slot that both sides write",
        _ => "ring in C with a sequence in the slot and slots given back in batches",
    };

    /// <summary>Makes a ring, as large as all queues under test.</summary>
    /// <param name="shape">Its shape.</param>
    internal static PeerRing Open(PeerShape shape) =>
        new(((delegate* unmanaged<long, long, void*>)CompiledPeers.Function("peer_open"))((long)shape, ConduitSize.Capacity));

    /// <summary>Runs one side; blocks until it is through.</summary>
    /// <param name="side">Name of the function.</param>
    /// <param name="replies">The ring back; any where there is none.</param>
    /// <param name="count">Messages.</param>
    /// <returns>Something that depends on every message, or their number.</returns>
    internal long Run(string side, PeerRing replies, long count) =>
        ((delegate* unmanaged<void*, void*, long, long>)CompiledPeers.Function(side))(ring, replies.ring, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ring is not null)
        {
            ((delegate* unmanaged<void*, void>)CompiledPeers.Function("peer_close"))(ring);
        }
    }
}
