// The sequential meaning of a primitive: a small state and which results an operation may have in it. It is the judge, so it
// is written as plainly as possible and shares no code with the primitive.

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>A sequential specification.</summary>
public interface ISpecification
{
    /// <summary>Words of its state; all zero at first.</summary>
    int StateWords { get; }

    /// <summary>Applies an operation with the result that it had.</summary>
    /// <param name="state">State before; after, if the operation fits.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>False when this result is impossible in this state.</returns>
    bool Apply(Span<long> state, in OperationRecord operation);

    /// <summary>Whether an operation was refused: it changed nothing, and under weak memory its answer may be of the
    /// past.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>False unless the specification has refusals.</returns>
    bool IsRefusal(in OperationRecord operation) => false;
}
