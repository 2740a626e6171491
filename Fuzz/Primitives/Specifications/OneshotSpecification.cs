// A oneshot event of one generation: it is raised or cancelled once, whoever does it is told the waiter if there is one, and
// a handle of another generation changes nothing.

using Managarm.Perf.Core.Events;

namespace Managarm.Perf.Fuzz.Primitives.Specifications;

/// <summary>Specification of a oneshot event.</summary>
/// <param name="generation">Its generation.</param>
/// <param name="waiter">Number of the one waiter.</param>
internal sealed class OneshotSpecification(long generation, int waiter) : ISpecification
{
    private const int OutcomeShift = 8;

    /// <inheritdoc/>
    public int StateWords => 2;

    /// <summary>Outcome and waiter as one result.</summary>
    internal static long Encode(OneshotResult outcome, int toldWaiter) => ((long)outcome << OutcomeShift) | (uint)toldWaiter;

    /// <inheritdoc/>
    public bool Apply(Span<long> state, in OperationRecord operation)
    {
        ref long settled = ref state[0];
        ref long waits = ref state[1];
        bool settles = operation.Operation is PrimitiveOperation.Raise or PrimitiveOperation.Cancel;
        if (operation.Argument != generation)
        {
            return operation.Result == (settles ? Encode(OneshotResult.Stale, 0) : (long)OneshotResult.Stale);
        }

        if (!settles)
        {
            waits = operation.Operation == PrimitiveOperation.Await && settled == 0 ? waiter : waits;
            return operation.Result == settled;
        }

        if (settled != 0)
        {
            return operation.Result == Encode(OneshotResult.AlreadySettled, 0);
        }

        settled = (long)(operation.Operation == PrimitiveOperation.Raise ? OneshotResult.Raised : OneshotResult.Cancelled);
        return operation.Result == Encode((OneshotResult)settled, (int)waits);
    }
}
