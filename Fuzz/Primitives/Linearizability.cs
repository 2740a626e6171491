// Is there an order of the operations of a history that respects real time and that the sequential specification allows? The
// search of Wing and Gong (1993): take any operation that began before every remaining one ended, apply it, go on; go back
// where that fails. Histories here have a dozen operations, so nothing cleverer is needed.

namespace Managarm.Perf.Fuzz;

/// <summary>Judges histories.</summary>
internal static class Linearizability
{
    /// <summary>Whether a complete history is linearizable.</summary>
    internal static bool Holds(ReadOnlySpan<OperationRecord> history, ISpecification specification)
    {
        Span<long> state = stackalloc long[specification.StateWords];
        state.Clear();
        return Search(history, 0, state, specification);
    }

    private static bool Search(
        ReadOnlySpan<OperationRecord> history, ulong done, ReadOnlySpan<long> state, ISpecification specification)
    {
        if (done == (1UL << history.Length) - 1)
        {
            return true;
        }

        int firstResponse = int.MaxValue;
        for (int number = 0; number < history.Length; number++)
        {
            firstResponse = (done >> number & 1) != 0 ? firstResponse : Math.Min(firstResponse, history[number].Responded);
        }

        Span<long> next = stackalloc long[state.Length];
        for (int number = 0; number < history.Length; number++)
        {
            if ((done >> number & 1) != 0 || history[number].Invoked > firstResponse)
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
