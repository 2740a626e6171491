// Makes the attempts of a hunt on several threads. Attempts are independent of each other and each has its place, so nothing
// depends on who makes which; an exception of one ends the hunt and is thrown to its caller.

using System.Runtime.ExceptionServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Windows;

/// <summary>Shares attempts among threads.</summary>
internal sealed class HuntPool
{
    private readonly Action<int> attempt;
    private readonly CancellationToken stop;
    private readonly int count;
    private ExceptionDispatchInfo? failure;
    private int taken;

    private HuntPool(int count, Action<int> attempt, CancellationToken stop)
    {
        this.count = count;
        this.attempt = attempt;
        this.stop = stop;
    }

    /// <summary>Makes attempts 0 to <paramref name="count"/> - 1.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="jobs">Threads, the caller's included.</param>
    /// <param name="attempt">Makes one.</param>
    /// <param name="stop">Ends it before the next attempt.</param>
    internal static void Run(int count, int jobs, Action<int> attempt, CancellationToken stop)
    {
        var pool = new HuntPool(count, attempt, stop);
        var threads = new Thread[jobs - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(pool.Work) { IsBackground = true };
            threads[i].Start();
        }

        pool.Work();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        pool.failure?.Throw();
    }

    private void Work()
    {
        try
        {
            for (int index = Take(); index < count && failure is null && !stop.IsCancellationRequested; index = Take())
            {
                attempt(index);
            }
        }
        catch (Exception exception) when (exception is ToolBugException or CommandException)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    private int Take() => Interlocked.Increment(ref taken) - 1;
}
