// How every workload with two threads waits, ours and peers alike: some two thousand pauses, which is longer than any answer
// takes when both threads run, then the processor is offered to others at each turn. Without the bound two spinning threads
// on a busy machine wait for each other's time slices.

using System.Runtime.Intrinsics.X86;

namespace Managarm.Perf.Bench.Workloads.Threads;

/// <summary>One wait; make a new one for each.</summary>
public struct BoundedSpin
{
    private const int PausesBeforeYield = 2000;

    private int turns;

    /// <summary>One pause of the processor, as the peers in C make it: the runtime's own is several of them, and whoever waits
    /// sees an answer later by as much.</summary>
    public static void Pause()
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

    /// <summary>Waits a little.</summary>
    public void Once()
    {
        if (turns < PausesBeforeYield)
        {
            turns++;
            Pause();
        }
        else
        {
            Thread.Yield();
        }
    }
}
