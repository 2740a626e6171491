// A slab: an object lives from its allocation until the first of those who hold its handle gives it back; each life of a slot
// has a generation that was never there before. Which free slot is taken is left open. "None is free" is right when all live,
// and while a return is under way.

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>Specification of a slab.</summary>
/// <param name="capacity">Number of slots.</param>
internal sealed class SlabSpecification(int capacity) : ISpecification
{
    private const int GenerationBits = 8;

    /// <inheritdoc/>
    public int StateWords => 2 + (2 * capacity);

    /// <summary>Slot and generation as one result.</summary>
    internal static long Encode(uint index, uint generation) => ((long)index << GenerationBits) | generation;

    /// <inheritdoc/>
    public bool Apply(Span<long> state, in OperationRecord operation)
    {
        ref long liveCount = ref state[0];
        ref long returning = ref state[1];
        Span<long> live = state.Slice(2, capacity);
        Span<long> newest = state[(2 + capacity)..];
        if (operation.Operation is PrimitiveOperation.BeginReturn or PrimitiveOperation.EndReturn)
        {
            returning += operation.Operation == PrimitiveOperation.BeginReturn ? 1 : -1;
            return true;
        }

        bool allocates = operation.Operation == PrimitiveOperation.Allocate;
        long handle = allocates ? operation.Result : operation.Argument;
        if (handle < 0)
        {
            return liveCount == capacity || returning > 0;
        }

        int slot = (int)(handle >> GenerationBits);
        long generation = handle & ((1 << GenerationBits) - 1);
        if (allocates)
        {
            bool isNew = live[slot] == 0 && generation > newest[slot];
            live[slot] = generation;
            newest[slot] = generation;
            liveCount++;
            return isNew;
        }

        bool isLive = live[slot] == generation;
        if (isLive && operation.Operation != PrimitiveOperation.Get)
        {
            live[slot] = 0;
            liveCount--;
        }

        return operation.Result == (isLive ? 1 : 0);
    }

    /// <inheritdoc/>
    public bool IsRefusal(in OperationRecord operation) =>
        operation.Operation == PrimitiveOperation.Allocate && operation.Result == -1;
}
