// How a side of the threaded host waits for the other one: it spins for some tens of microseconds, then yields, then sleeps
// (SideSleep). Spinning alone is as good on two idle cores and loses tens of milliseconds as soon as somebody else wants one of
// them. The sleeps are counted, so that whoever waits can bound the wait without a clock.

using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace Managarm.Perf.Servers.Running.Threaded;

#pragma warning disable RS0030 // the host waits for another OS thread; the model on either side never does

/// <summary>A bounded wait.</summary>
internal struct Backoff
{
    private const int Spins = 2000;
    private const int Yields = 50;
    private const int SleepMilliseconds = 1;

    private int rounds;

    /// <summary>How often this wait has slept, for a millisecond or more each time.</summary>
    internal readonly int Sleeps => Math.Max(0, rounds - Spins - Yields);

    /// <summary>Waits a little without sleeping, longer the more often it was called.</summary>
    /// <returns>False when it is time to sleep, which then counts as slept.</returns>
    internal bool TrySpin()
    {
        if (rounds < Spins)
        {
            Pause();
        }
        else if (rounds < Spins + Yields)
        {
            Thread.Yield();
        }

        rounds = Math.Min(rounds + 1, int.MaxValue - 1);
        return rounds <= Spins + Yields;
    }

    // The runtime's own pause is several of the processor's, and whoever waits sees an answer later by as much.
    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    /// <summary>Waits a little for what nobody tells of: sleeps for a millisecond at a time in the end.</summary>
    internal void Wait()
    {
        if (!TrySpin())
        {
            Thread.Sleep(SleepMilliseconds);
        }
    }
}
