// Core's ring with many producers as a conduit, used by one producer: what the right to have more of them costs.

using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>An <see cref="MpscRing{TSync}"/>.</summary>
public readonly struct MpscConduit : IConduit<MpscConduit>, IDisposable
{
    private readonly MpscRing<RealSync> ring;

    private MpscConduit(MpscRing<RealSync> ring)
    {
        this.ring = ring;
    }

    /// <inheritdoc/>
    public static string Name => "mpsc";

    /// <inheritdoc/>
    public static string Summary => "MpscRing";

    /// <inheritdoc/>
    public static MpscConduit Open() => new(new MpscRing<RealSync>(ConduitSize.Capacity));

    /// <inheritdoc/>
    public unsafe bool TrySend(long value)
    {
        if (!ring.TryClaim(out RingSlot* slot, out long ticket))
        {
            return false;
        }

        slot->As<ConduitMessage>().Fill(value);
        return ring.Publish(ticket);
    }

    /// <inheritdoc/>
    public unsafe bool TryReceive(out long sum)
    {
        if (!ring.TryPeek(out RingSlot* slot))
        {
            sum = 0;
            return false;
        }

        sum = slot->As<ConduitMessage>().Sum();
        return ring.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => ring?.Dispose();
}
