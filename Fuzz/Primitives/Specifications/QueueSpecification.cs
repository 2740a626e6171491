// A bounded first-in first-out queue: full and empty are exact answers, with no allowance for operations under way. Under weak
// memory they are refusals, of which each is judged by itself.

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>Specification of a queue.</summary>
/// <param name="capacity">Messages that fit.</param>
/// <param name="isExact">Whether "full" and "empty" are answers about the present even under weak memory.</param>
internal sealed class QueueSpecification(int capacity, bool isExact = false) : ISpecification
{
    /// <inheritdoc/>
    public int StateWords => 1 + capacity;

    /// <inheritdoc/>
    public bool Apply(Span<long> state, in OperationRecord operation)
    {
        ref long count = ref state[0];
        Span<long> messages = state[1..];
        if (operation.Operation == PrimitiveOperation.Send)
        {
            if (count == capacity)
            {
                return operation.Result == 0;
            }

            messages[(int)count++] = operation.Argument;
            return operation.Result == 1;
        }

        if (count == 0)
        {
            return operation.Result == -1;
        }

        bool isOldest = messages[0] == operation.Result;
        messages[1..(int)count].CopyTo(messages);
        count--;
        return isOldest;
    }

    /// <inheritdoc/>
    public bool IsRefusal(in OperationRecord operation) =>
        !isExact && operation.Result == (operation.Operation == PrimitiveOperation.Send ? 0 : -1);
}
