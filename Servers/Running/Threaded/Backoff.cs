// How a side of the threaded host waits for the other one: it spins for a few microseconds, then yields, then sleeps. Spinning
// alone is measurably as good on two idle cores and loses tens of milliseconds as soon as somebody else wants one of them.
// The sleeps are counted, which is what bounds a wait without a clock.

using System.Threading;

namespace Managarm.Perf.Servers;

#pragma warning disable RS0030 // the host waits for another OS thread; the model on either side never does

/// <summary>A bounded wait.</summary>
internal struct Backoff
{
    private const int Spins = 500;
    private const int Yields = 20_000;
    private const int SleepMilliseconds = 1;
    private const int Sleeps = 20_000;

    private int rounds;

    /// <summary>Waits a little, longer the more often it was called.</summary>
    /// <returns>False when the wait has lasted for about half a minute.</returns>
    internal bool TryWait()
    {
        rounds++;
        if (rounds <= Spins)
        {
            Thread.SpinWait(1);
        }
        else if (rounds <= Spins + Yields)
        {
            Thread.Yield();
        }
        else
        {
            Thread.Sleep(SleepMilliseconds);
        }

        return rounds < Spins + Yields + Sleeps;
    }
}
