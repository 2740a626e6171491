// Core's ring with one producer as a conduit. The message is written and read in place, in the line that also tells
// that it is there; the peers copy it.

using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>A <see cref="SpscRing{TSync}"/>.</summary>
public readonly struct SpscConduit : IConduit<SpscConduit>, IDisposable
{
    private readonly SpscRing<RealSync> ring;

    private SpscConduit(SpscRing<RealSync> ring)
    {
        this.ring = ring;
    }

    /// <inheritdoc/>
    public static string Name => "spsc";

    /// <inheritdoc/>
    public static string Summary => "SpscRing";

    /// <inheritdoc/>
    public static SpscConduit Open() => new(new SpscRing<RealSync>(ConduitSize.Capacity));

    /// <inheritdoc/>
    public unsafe bool TrySend(long value)
    {
        if (!ring.TryClaim(out RingSlot* slot))
        {
            return false;
        }

        slot->As<ConduitMessage>().Fill(value);
        return ring.Publish();
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
