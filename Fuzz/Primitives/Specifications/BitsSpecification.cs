// A set of bits: setting says whether one was new, clearing says which were there.

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>Specification of a notify word.</summary>
internal sealed class BitsSpecification : ISpecification
{
    /// <inheritdoc/>
    public int StateWords => 1;

    /// <inheritdoc/>
    public bool Apply(Span<long> state, in OperationRecord operation)
    {
        long before = state[0];
        switch (operation.Operation)
        {
            case PrimitiveOperation.SetBits:
                state[0] |= operation.Argument;
                return operation.Result == (state[0] != before ? 1 : 0);
            case PrimitiveOperation.ClearBits:
                state[0] &= ~operation.Argument;
                return operation.Result == (before & operation.Argument);
            default:
                return operation.Result == before;
        }
    }
}
