// The same sixteen periodic timers on the framework's priority queue: take the earliest, count it, put it back. It is the floor
// of what any model of timers has to do.

namespace Managarm.Perf.Bench.Workloads.Hardware;

/// <summary>Periodic timers on a priority queue.</summary>
public sealed class TimerQueue : IWorkload
{
    /// <summary>Number of timers.</summary>
    internal const int Timers = 16;

    private readonly PriorityQueue<int, long> queue = new(Timers);
    private long now;

    /// <inheritdoc/>
    public string Name => "timer-queue";

    /// <inheritdoc/>
    public string Summary => "16 periodic timers on System.Collections.Generic.PriorityQueue";

    /// <inheritdoc/>
    public string Unit => "expiry";

    /// <summary>Period of a timer in ticks; no two are alike.</summary>
    internal static int PeriodOf(int timer) => 3 + (2 * timer);

    /// <inheritdoc/>
    public void Prepare()
    {
        for (int timer = 0; timer < Timers; timer++)
        {
            queue.Enqueue(timer, PeriodOf(timer));
        }
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            queue.TryDequeue(out int timer, out now);
            queue.Enqueue(timer, now + PeriodOf(timer));
        }

        return now;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
