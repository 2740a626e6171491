// How a side of the threaded host waits for the other one: it spins for some tens of microseconds, then yields, then sleeps.
// Spinning alone is as good on two idle cores and loses tens of milliseconds as soon as somebody else wants one of them. The
// sleeps are counted, so that whoever waits can bound the wait without a clock.

using System.Threading;

namespace Managarm.Perf.Servers.Running.Threaded;

#pragma warning disable RS0030 // the host waits for another OS thread; the model on either side never does

/// <summary>A bounded wait.</summary>
internal struct Backoff
{
    private const int Spins = 1000;
    private const int Yields = 50;
    private const int SleepMilliseconds = 1;

    private int rounds;

    /// <summary>How often this wait has slept, for a millisecond or more each time.</summary>
    internal readonly int Sleeps => Math.Max(0, rounds - Spins - Yields);

    /// <summary>Waits a little, longer the more often it was called.</summary>
    internal void Wait()
    {
        if (rounds < Spins)
        {
            Thread.SpinWait(1);
        }
        else if (rounds < Spins + Yields)
        {
            Thread.Yield();
        }
        else
        {
            Thread.Sleep(SleepMilliseconds);
        }

        rounds = Math.Min(rounds + 1, int.MaxValue - 1);
    }
}
