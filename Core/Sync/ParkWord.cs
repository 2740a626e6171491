// How one thread sleeps until a notify bit is set, without a lock and without a lost wake: what helDriveQueue(wait) and
// helAlertQueue do inside the kernel, as two operations on two words. The waiter announces its sleep first and looks at the
// bits again afterwards; the other side sets its bit first and looks for an announcement afterwards. Whatever the order, one of
// them sees the other. Sleeping itself is the host's: its wake must be remembered when it comes before the sleep (a binary
// semaphore), since the waiter is awake for a moment after it has announced. A wake may come for nothing; then the waiter
// finds no bit and sleeps again.

namespace Managarm.Perf.Core.Sync;

/// <summary>Operations on the word of one thread that sleeps.</summary>
/// <typeparam name="TSync">Memory accesses to use.</typeparam>
public static class ParkWord<TSync>
    where TSync : struct, ISync
{
    private const long Asleep = 1;

    /// <summary>The waiter: announces its sleep unless a bit is set. Full ordering (fetch-and-or), then an acquire load of the
    /// bits. The other side makes a read-modify-write of the same word: whoever comes second sees what the first one did,
    /// which is what forbids that both miss each other.</summary>
    /// <param name="park">The waiter's word.</param>
    /// <param name="notify">The notify word.</param>
    /// <param name="bits">Bits that it wants to be awake for.</param>
    /// <returns>True when the waiter must sleep until the host wakes it; false when a bit is set.</returns>
    public static bool TryPark(ref long park, ref long notify, long bits)
    {
        if (TSync.Has(PrimitiveDefect.CheckedBeforeAnnounced) && (NotifyWord<TSync>.Load(ref notify) & bits) != 0)
        {
            return false;
        }

        TSync.FetchOr(ref park, Asleep);
        if (TSync.Has(PrimitiveDefect.CheckedBeforeAnnounced) || TSync.Has(PrimitiveDefect.ParkWithoutRecheck))
        {
            return true;
        }

        if ((NotifyWord<TSync>.Load(ref notify) & bits) == 0)
        {
            return true;
        }

        TSync.FetchAnd(ref park, ~Asleep);
        return false;
    }

    /// <summary>The other side, after it has set a bit: takes the announcement back. Full ordering (fetch-and-and), so it comes
    /// after the setting of the bit.</summary>
    /// <param name="park">The waiter's word.</param>
    /// <returns>True when the waiter sleeps or is about to: the host must wake it.</returns>
    public static bool Unpark(ref long park) => (TSync.FetchAnd(ref park, ~Asleep) & Asleep) != 0;
}
