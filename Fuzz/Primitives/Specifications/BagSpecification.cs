// What is sent is received once, and nothing else is; in any order. It judges an inbox with several producers.

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>Specification of a channel without order; messages are numbers from 1 to 62.</summary>
internal sealed class BagSpecification : ISpecification
{
    /// <inheritdoc/>
    public int StateWords => 1;

    /// <inheritdoc/>
    public bool Apply(Span<long> state, in OperationRecord operation)
    {
        bool isSend = operation.Operation == PrimitiveOperation.Send;
        long bit = 1L << (int)(isSend ? operation.Argument : operation.Result);
        bool isInside = (state[0] & bit) != 0;
        state[0] ^= bit;
        return isSend ? operation.Result == 1 && !isInside : isInside;
    }
}
