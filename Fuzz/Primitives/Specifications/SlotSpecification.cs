// A bounded ring of slots whose claim and publication are separate: order is the order of claims, and the consumer sees the
// oldest slot only when that one is published, whatever has been published behind it. That is less than a queue promises, and it
// is what a ring with several producers does.

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>Specification of a ring with several producers.</summary>
/// <param name="capacity">Number of slots.</param>
/// <param name="positions">Positions that are claimed at most.</param>
internal sealed class SlotSpecification(int capacity, int positions) : ISpecification
{
    private const int MessageBits = 8;

    /// <inheritdoc/>
    public int StateWords => 2 + positions;

    /// <inheritdoc/>
    public bool Apply(Span<long> state, in OperationRecord operation)
    {
        ref long claimed = ref state[0];
        ref long released = ref state[1];
        Span<long> messages = state[2..];
        switch (operation.Operation)
        {
            case PrimitiveOperation.Claim when claimed - released == capacity:
                return operation.Result == -1;
            case PrimitiveOperation.Claim:
                return operation.Result == claimed++;
            case PrimitiveOperation.Publish:
                int position = (int)(operation.Argument >> MessageBits);
                bool isOpen = position < claimed && messages[position] == 0;
                messages[position] = operation.Argument & ((1 << MessageBits) - 1);
                return isOpen && operation.Result == 1;
            case PrimitiveOperation.Peek:
                long oldest = released < claimed ? messages[(int)released] : 0;
                return operation.Result == (oldest == 0 ? -1 : oldest);
            default:
                return operation.Result == 1 && messages[(int)released++] != 0;
        }
    }

    /// <inheritdoc/>
    public bool IsRefusal(in OperationRecord operation) =>
        operation.Result == -1;
}
