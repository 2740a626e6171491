// Is there an order of the operations of a history that respects which came before which and that the sequential specification
// allows? The search of Wing and Gong (1993): take any operation before which no remaining one came, apply it, go on; go back
// where that fails. Histories here have a dozen operations, so nothing cleverer is needed. Under weak memory, refusals ("full",
// "empty") are judged one at a time, each together with everything that was not refused: a refusal must be explained by what
// its thread had seen, but two threads need not have seen each other's last step. That is all that acquire and release can
// promise, since it takes a full fence to make one of two threads see the other.

using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Judges histories.</summary>
internal static class Linearizability
{
    /// <summary>Whether a complete history is linearizable.</summary>
    internal static bool Holds(ReadOnlySpan<OperationRecord> history, ISpecification specification) =>
        HoldsWithout(0, history, specification);

    /// <summary>Whether a complete history is linearizable as far as each refusal goes by itself.</summary>
    internal static bool HoldsForEachRefusal(ReadOnlySpan<OperationRecord> history, ISpecification specification)
    {
        ulong refusals = 0;
        for (int number = 0; number < history.Length; number++)
        {
            refusals |= specification.IsRefusal(history[number]) ? 1UL << number : 0;
        }

        if (refusals == 0)
        {
            return Holds(history, specification);
        }

        for (ulong remaining = refusals; remaining != 0; remaining &= remaining - 1)
        {
            ulong judged = remaining & ~(remaining - 1);
            if (!HoldsWithout(refusals & ~judged, history, specification))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HoldsWithout(
        ulong ignored, ReadOnlySpan<OperationRecord> history, ISpecification specification)
    {
        Span<long> state = stackalloc long[specification.StateWords];
        state.Clear();
        return Search(history, ignored, state, specification);
    }

    private static bool Search(
        ReadOnlySpan<OperationRecord> history, ulong done, ReadOnlySpan<long> state, ISpecification specification)
    {
        if (done == (1UL << history.Length) - 1)
        {
            return true;
        }

        Span<long> next = stackalloc long[state.Length];
        for (int number = 0; number < history.Length; number++)
        {
            if ((done >> number & 1) != 0 || (history[number].Before & ~done) != 0)
            {
                continue;
            }

            state.CopyTo(next);
            if (specification.Apply(next, history[number])
                && Search(history, done | (1UL << number), next, specification))
            {
                return true;
            }
        }

        return false;
    }
}
