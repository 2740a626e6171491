// Two producers and a consumer on a ring with two slots. Claim, publish, peek and release are judged one by one, since a ring
// with several producers promises no more: a slow producer hides what others have published behind it.

using Managarm.Perf.Core.Rings;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Client of the multiple-producer ring.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="first">Messages of the first producer.</param>
/// <param name="second">Messages of the second producer.</param>
/// <param name="receives">Receives that the consumer tries.</param>
/// <param name="batch">Slots that are given back at once.</param>
internal sealed unsafe class MpscClient(
    string name, int first, int second, int receives, int batch = 1) : IPrimitiveClient
{
    private const int Capacity = 2;
    private const int MessageBits = 8;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Primitive => "MpscRing";

    /// <inheritdoc/>
    public string Summary => (second == 0 ? $"{first} sends" : $"{first} + {second} sends")
        + $", {receives} receives, {Capacity} slots" + (batch > 1 ? $", {batch} given back at once" : "");

    /// <inheritdoc/>
    public int Threads => second == 0 ? 2 : 3;

    /// <inheritdoc/>
    public nuint Bytes => MpscRing<ExploreSync>.BytesFor(Capacity);

    /// <inheritdoc/>
    public ISpecification Specification { get; } = new SlotSpecification(Capacity, batch, first + second);

    /// <inheritdoc/>
    public ClientBody Prepare(byte* memory)
    {
        var ring = new MpscRing<ExploreSync>(memory, Capacity, batch);
        return (thread, run) => Run(ring, thread, run);
    }

    /// <inheritdoc/>
    public string NameOf(int offset) => RingLayout.NameOf(offset);

    private void Run(MpscRing<ExploreSync> ring, int thread, InterleavingSearch run)
    {
        int count = thread switch
        {
            0 => receives,
            1 => first,
            _ => second,
        };
        for (int number = 1; number <= count; number++)
        {
            if (thread == 0)
            {
                Receive(ring, run);
            }
            else
            {
                Send(ring, (10 * thread) + number, run);
            }
        }
    }

    private static void Send(MpscRing<ExploreSync> ring, long message, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Claim);
        bool hasRoom = ring.TryClaim(out RingSlot* slot, out long ticket);
        run.End(hasRoom ? ticket : -1);
        if (hasRoom)
        {
            ExploreSync.Write(ref slot->As<long>(), message);
            run.Begin(PrimitiveOperation.Publish, (ticket << MessageBits) | message);
            bool isPublished = ring.Publish(ticket);
            run.End(isPublished ? 1 : 0);
        }
    }

    private static void Receive(MpscRing<ExploreSync> ring, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Peek);
        bool hasMessage = ring.TryPeek(out RingSlot* slot);
        long message = hasMessage ? ExploreSync.Read(ref slot->As<long>()) : -1;
        run.End(message);
        if (hasMessage)
        {
            run.Begin(PrimitiveOperation.Release);
            bool isReleased = ring.Release();
            run.End(isReleased ? 1 : 0);
        }
    }
}
