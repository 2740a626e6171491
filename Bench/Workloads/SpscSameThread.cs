// One slot through the single-producer ring on one thread: claim, publish, peek, release. Nothing crosses a core, so this is the
// cost of the instructions alone, and what a peer's queue is compared with first.

using Managarm.Perf.Core;

namespace Managarm.Perf.Bench;

/// <summary>The ring's own cost, without a second core.</summary>
public sealed unsafe class SpscSameThread : IWorkload
{
    private const int Capacity = 1024;

    private readonly SpscRing<RealSync> ring = new(Capacity);

    /// <inheritdoc/>
    public string Name => "ring-same-thread-spsc";

    /// <inheritdoc/>
    public string Summary => "SpscRing: claim, publish, peek and release one slot on one thread";

    /// <inheritdoc/>
    public string Unit => "slot";

    /// <inheritdoc/>
    public void Prepare() => Run(Capacity);

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long sum = 0;
        for (int operation = 0; operation < operations; operation++)
        {
            Verify.That(ring.TryClaim(out RingSlot* claimed), "an empty ring is full");
            claimed->As<long>() = operation;
            ring.Publish();
            Verify.That(ring.TryPeek(out RingSlot* peeked), "a ring with a slot is empty");
            sum += peeked->As<long>();
            ring.Release();
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => ring.Dispose();
}
