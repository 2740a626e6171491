// A bounded ring of slots whose claim and publication are separate: order is the order of claims, and the consumer sees the
// oldest slot only when that one is published, whatever has been published behind it. That is less than a queue promises, and it
// is what a ring with several producers does. "Full" may count slots of a batch that is not complete, until the consumer
// was told that there is nothing.

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>Specification of a ring with several producers.</summary>
/// <param name="capacity">Number of slots.</param>
/// <param name="batch">Slots that are given back at once.</param>
/// <param name="positions">Positions that are claimed at most.</param>
internal sealed class SlotSpecification(int capacity, int batch, int positions) : ISpecification
{
    private const int MessageBits = 8;

    /// <inheritdoc/>
    public int StateWords => 3 + positions;

    /// <inheritdoc/>
    public bool Apply(Span<long> state, in OperationRecord operation)
    {
        ref long claimed = ref state[0];
        ref long released = ref state[1];
        ref long untold = ref state[2];
        Span<long> messages = state[3..];
        switch (operation.Operation)
        {
            case PrimitiveOperation.Claim when operation.Result == -1:
                return claimed - released + untold >= capacity;
            case PrimitiveOperation.Claim:
                return claimed - released < capacity && operation.Result == claimed++;
            case PrimitiveOperation.Publish:
                int position = (int)(operation.Argument >> MessageBits);
                bool isOpen = position < claimed && messages[position] == 0;
                messages[position] = operation.Argument & ((1 << MessageBits) - 1);
                return isOpen && operation.Result == 1;
            case PrimitiveOperation.Peek:
                long oldest = released < claimed ? messages[(int)released] : 0;
                untold = oldest == 0 ? 0 : untold;
                return operation.Result == (oldest == 0 ? -1 : oldest);
            default:
                bool isPublished = messages[(int)released] != 0;
                untold = ++released % batch == 0 ? 0 : untold + 1;
                return operation.Result == 1 && isPublished;
        }
    }

    /// <inheritdoc/>
    public bool IsRefusal(in OperationRecord operation) =>
        operation.Result == -1;
}
