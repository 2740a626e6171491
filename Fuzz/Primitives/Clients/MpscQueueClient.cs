// The multiple-producer ring asked for more than it promises: that it is a queue. The explorer must answer that it is not,
// since a producer between claim and publish makes the ring look empty although another one has finished. It stands in the
// table of defects as a defect of the client.

using Managarm.Perf.Core.Rings;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Client that mistakes the multiple-producer ring for a queue.</summary>
internal sealed unsafe class MpscQueueClient : IPrimitiveClient
{
    private const int Capacity = 2;

    /// <inheritdoc/>
    public string Name => "mpsc-as-queue";

    /// <inheritdoc/>
    public string Primitive => "MpscRing";

    /// <inheritdoc/>
    public string Summary => "1 + 1 sends, 1 receive, judged as a queue";

    /// <inheritdoc/>
    public int Threads => 3;

    /// <inheritdoc/>
    public nuint Bytes => MpscRing<ExploreSync>.BytesFor(Capacity);

    /// <inheritdoc/>
    public ISpecification Specification { get; } = new QueueSpecification(Capacity);

    /// <inheritdoc/>
    public ClientBody Prepare(byte* memory)
    {
        var ring = new MpscRing<ExploreSync>(memory, Capacity);
        return (thread, run) => Run(ring, thread, run);
    }

    /// <inheritdoc/>
    public string NameOf(int offset) => RingLayout.NameOf(offset);

    private static void Run(MpscRing<ExploreSync> ring, int thread, InterleavingSearch run)
    {
        RingSlot* slot;
        if (thread == 0)
        {
            run.Begin(PrimitiveOperation.Receive);
            bool hasMessage = ring.TryPeek(out slot);
            long message = hasMessage ? ExploreSync.Read(ref slot->As<long>()) : -1;
            ring.Release();
            run.End(message);
            return;
        }

        run.Begin(PrimitiveOperation.Send, thread);
        bool hasRoom = ring.TryClaim(out slot, out long ticket);
        if (hasRoom)
        {
            ExploreSync.Write(ref slot->As<long>(), thread);
            ring.Publish(ticket);
        }

        run.End(hasRoom ? 1 : 0);
    }
}
