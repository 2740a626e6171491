// How one side of the threaded host sleeps until the other has sent something. Whoever wants to sleep announces it, and looks
// once more; whoever sends looks for an announcement afterwards. That is Dekker's pattern and needs a full fence on both
// sides, but the sender is always in a hurry and the sleeper never: so the sleeper makes the fence for both, on all
// processors. A sleep for a time instead would make both sides miss each other for good: each wakes when the other has just
// gone to sleep, and every handoff costs the time. The sleep is bounded all the same, since the sides also wait for what
// nobody sends. It is a monitor, because semaphores and events allocate when a thread first sleeps on one.

using System.Threading;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Servers.Running.Threaded;

#pragma warning disable RS0030 // the host waits for another OS thread; the model on either side never does

/// <summary>Sleep and wake of one side.</summary>
internal sealed class SideSleep
{
    private readonly object gate = new();
    private bool isWoken;
    private long isAnnounced;

    /// <summary>Sleeper: says that it is about to sleep. A release store and a full fence on all processors: a message that is
    /// not found afterwards is sent by somebody who sees the announcement.</summary>
    internal void Announce()
    {
        RealSync.WriteRelease(ref isAnnounced, 1);
        RealSync.FenceEverywhere();
    }

    /// <summary>Sleeper: takes the announcement back, because there is something to do after all. A compare-exchange.</summary>
    internal void Withdraw() => TryEnd();

    /// <summary>Sleeper: sleeps until it is woken or the time is over. A compare-exchange at the end.</summary>
    /// <param name="milliseconds">How long at most.</param>
    internal void Sleep(int milliseconds)
    {
        bool wasWoken;
        lock (gate)
        {
            wasWoken = isWoken || Monitor.Wait(gate, milliseconds);
            isWoken = false;
        }

        if (!wasWoken)
        {
            TryEnd();
        }
    }

    /// <summary>Sender, after it has sent: wakes the sleeper if there is one. One acquire read; a compare-exchange only when
    /// somebody sleeps.</summary>
    internal void Wake()
    {
        if (RealSync.ReadAcquire(ref isAnnounced) != 0 && TryEnd())
        {
            lock (gate)
            {
                isWoken = true;
                Monitor.Pulse(gate);
            }
        }
    }

    private bool TryEnd() => RealSync.CompareExchange(ref isAnnounced, 0, 1) == 1;
}
