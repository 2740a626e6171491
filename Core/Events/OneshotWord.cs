// The oneshot event as a primitive: one 64-bit word `generation:32 | state:2 | waiter:30` and one compare-exchange for each
// of await, raise and cancel. Exactly one of raise and cancel wins, the loser is told so, and a stale generation is an answer
// and never an effect on the next user of the slot. The waiter is a number, so the word is blittable and holds no reference.

using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Events;

/// <summary>Operations on the word of a oneshot event.</summary>
/// <typeparam name="TSync">Memory accesses to use.</typeparam>
public static class OneshotWord<TSync>
    where TSync : struct, ISync
{
    private const long WaiterMask = (1L << 30) - 1;
    private const long Waiting = 1L << 30;
    private const long Raised = 2L << 30;
    private const long Cancelled = 3L << 30;
    private const long StateMask = 3L << 30;
    private const long GenerationMask = -1L << 32;

    /// <summary>The word of a fresh event.</summary>
    /// <param name="generation">Its generation.</param>
    /// <returns>State: nothing happened yet.</returns>
    public static long Fresh(uint generation) => (long)generation << 32;

    /// <summary>Registers the one waiter. Full ordering (compare-exchange).</summary>
    /// <param name="word">The event.</param>
    /// <param name="generation">Generation that the caller means.</param>
    /// <param name="waiter">Number of the waiter, 1 to 2^30-1.</param>
    /// <returns>Pending when the waiter will be told, otherwise what has already happened.</returns>
    public static OneshotResult Await(ref long word, uint generation, int waiter)
    {
        long fresh = Fresh(generation);
        long found = TSync.CompareExchange(ref word, fresh | Waiting | (uint)waiter, fresh);
        return found == fresh ? OneshotResult.Pending : Settled(found, generation);
    }

    /// <summary>Raises the event. Full ordering (compare-exchange).</summary>
    /// <param name="word">The event.</param>
    /// <param name="generation">Generation that the caller means.</param>
    /// <param name="waiter">The waiter to wake, or 0 when there is none yet.</param>
    /// <returns>Raised when this call won, otherwise why not.</returns>
    public static OneshotResult Raise(ref long word, uint generation, out int waiter) =>
        Settle(ref word, generation, Raised, OneshotResult.Raised, out waiter);

    /// <summary>Cancels the event. Full ordering (compare-exchange).</summary>
    /// <param name="word">The event.</param>
    /// <param name="generation">Generation that the caller means.</param>
    /// <param name="waiter">The waiter to wake, or 0 when there is none yet.</param>
    /// <returns>Cancelled when this call won, otherwise why not.</returns>
    public static OneshotResult Cancel(ref long word, uint generation, out int waiter) =>
        Settle(ref word, generation, Cancelled, OneshotResult.Cancelled, out waiter);

    /// <summary>What has happened to an event. Acquire ordering.</summary>
    /// <param name="word">The event.</param>
    /// <param name="generation">Generation that the caller means.</param>
    /// <returns>Pending, Raised, Cancelled or Stale.</returns>
    public static OneshotResult Peek(ref long word, uint generation) => Settled(TSync.ReadAcquire(ref word), generation);

    private static OneshotResult Settle(ref long word, uint generation, long state, OneshotResult won, out int waiter)
    {
        long found = TSync.ReadAcquire(ref word);
        long fresh = TSync.Has(PrimitiveDefect.GenerationComparedTooLate) ? found & GenerationMask : Fresh(generation);
        long seenFirst = found;
        while (true)
        {
            long low = found - fresh;
            if ((ulong)low >= (ulong)Raised && !(TSync.Has(PrimitiveDefect.RaiseIgnoresWinner) && state == Raised))
            {
                waiter = 0;
                return (uint)(found >> 32) == generation ? OneshotResult.AlreadySettled : OneshotResult.Stale;
            }

            long before = TSync.CompareExchange(ref word, fresh | state, found);
            if (before == found)
            {
                waiter = (int)((TSync.Has(PrimitiveDefect.WaiterLost) ? seenFirst : low) & WaiterMask);
                return won;
            }

            found = before;
        }
    }

    private static OneshotResult Settled(long found, uint generation)
    {
        if ((uint)(found >> 32) != generation)
        {
            return OneshotResult.Stale;
        }

        return (found & StateMask) switch
        {
            Raised => OneshotResult.Raised,
            Cancelled => OneshotResult.Cancelled,
            _ => OneshotResult.Pending,
        };
    }
}

/// <summary>Outcome of an operation on a oneshot event.</summary>
public enum OneshotResult : byte
{
    /// <summary>Nothing has happened yet.</summary>
    Pending,

    /// <summary>The event was raised.</summary>
    Raised,

    /// <summary>The event was cancelled.</summary>
    Cancelled,

    /// <summary>Somebody else had already raised or cancelled the event; nothing was done.</summary>
    AlreadySettled,

    /// <summary>The handle names an earlier life of the slot; nothing was done.</summary>
    Stale,
}
