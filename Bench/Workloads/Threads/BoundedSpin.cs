// How every workload with two threads waits, ours and peers alike: some two thousand pauses, which is longer than any answer
// takes when both threads run, then the processor is offered to others at each turn. Without the bound two spinning threads
// on a busy machine wait for each other's time slices.

namespace Managarm.Perf.Bench.Workloads.Threads;

/// <summary>One wait; make a new one for each.</summary>
public struct BoundedSpin
{
    private const int PausesBeforeYield = 2000;

    private int turns;

    /// <summary>Waits a little.</summary>
    public void Once()
    {
        if (turns < PausesBeforeYield)
        {
            turns++;
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }
}
