// One thread sends messages, the other tries to receive as many. There are more messages than slots, so slots are used again:
// only then a release or acquire that is missing on the way back can be noticed.

using Managarm.Perf.Core.Rings;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Client of the single-producer ring.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="capacity">Slots.</param>
/// <param name="messages">Messages.</param>
/// <param name="batch">Slots that are given back at once.</param>
/// <param name="isExact">Whether "full" and "empty" are judged as answers about the present, which the ring does not promise
/// under weak memory.</param>
internal sealed unsafe class SpscClient(
    string name, int capacity, int messages, int batch = 1, bool isExact = false) : IPrimitiveClient
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Primitive => "SpscRing";

    /// <inheritdoc/>
    public string Summary => $"{messages} sends, {messages} receives, {capacity} {(capacity == 1 ? "slot" : "slots")}"
        + (batch > 1 ? $", {batch} given back at once" : "")
        + (isExact ? ", full and empty judged together" : "");

    /// <inheritdoc/>
    public int Threads => 2;

    /// <inheritdoc/>
    public nuint Bytes => SpscRing<ExploreSync>.BytesFor(capacity);

    /// <inheritdoc/>
    public ISpecification Specification { get; } = new QueueSpecification(capacity, batch, isExact);

    /// <inheritdoc/>
    public ClientBody Prepare(byte* memory)
    {
        var ring = new SpscRing<ExploreSync>(memory, capacity, batch);
        return (thread, run) =>
        {
            for (int message = 1; message <= messages; message++)
            {
                if (thread == 0)
                {
                    Send(ring, message, run);
                }
                else
                {
                    Receive(ring, run);
                }
            }
        };
    }

    /// <inheritdoc/>
    public string NameOf(int offset) => RingLayout.NameOf(offset);

    private static void Send(SpscRing<ExploreSync> ring, long message, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Send, message);
        bool hasRoom = ring.TryClaim(out RingSlot* slot);
        if (hasRoom)
        {
            ExploreSync.Write(ref slot->As<long>(), message);
            ring.Publish();
        }

        run.End(hasRoom ? 1 : 0);
    }

    private static void Receive(SpscRing<ExploreSync> ring, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Receive);
        bool hasMessage = ring.TryPeek(out RingSlot* slot);
        long message = hasMessage ? ExploreSync.Read(ref slot->As<long>()) : -1;
        ring.Release();
        run.End(message);
    }
}
