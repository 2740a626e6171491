// A bounded first-in first-out queue whose places are given back in batches: "full" may count places of a batch that is not
// complete, until the receiver was told "empty". Else full and empty are exact answers, with no allowance for operations under
// way. Under weak memory they are refusals, of which each is judged by itself.

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>Specification of a queue.</summary>
/// <param name="capacity">Messages that fit.</param>
/// <param name="batch">Places that are given back at once.</param>
/// <param name="isExact">Whether "full" and "empty" are answers about the present even under weak memory.</param>
internal sealed class QueueSpecification(int capacity, int batch = 1, bool isExact = false) : ISpecification
{
    /// <inheritdoc/>
    public int StateWords => 3 + capacity;

    /// <inheritdoc/>
    public bool Apply(Span<long> state, in OperationRecord operation)
    {
        ref long count = ref state[0];
        ref long untold = ref state[1];
        ref long received = ref state[2];
        Span<long> messages = state[3..];
        if (operation.Operation == PrimitiveOperation.Send)
        {
            if (operation.Result == 0)
            {
                return count + untold >= capacity;
            }

            bool hasRoom = count < capacity;
            messages[(int)(hasRoom ? count++ : 0)] = operation.Argument;
            return hasRoom && operation.Result == 1;
        }

        if (count == 0)
        {
            untold = 0;
            return operation.Result == -1;
        }

        bool isOldest = messages[0] == operation.Result;
        messages[1..(int)count].CopyTo(messages);
        count--;
        untold = ++received % batch == 0 ? 0 : untold + 1;
        return isOldest;
    }

    /// <inheritdoc/>
    public bool IsRefusal(in OperationRecord operation) =>
        !isExact && operation.Result == (operation.Operation == PrimitiveOperation.Send ? 0 : -1);
}
