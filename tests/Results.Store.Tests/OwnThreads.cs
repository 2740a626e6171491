// Runs something on several threads at once, each of its own, and waits for all. What one of them throws is thrown again here,
// since an exception that nobody takes would end the whole test run.

using System.Runtime.ExceptionServices;

namespace Managarm.Perf.Results.Store.Tests;

/// <summary>Threads of a test.</summary>
internal static class OwnThreads
{
    /// <summary>Runs something on several threads.</summary>
    /// <param name="count">How many.</param>
    /// <param name="run">What; it is given its number from 0.</param>
    internal static void Run(int count, Action<int> run)
    {
        var failures = new Exception?[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(
            number => new Thread(() => failures[number] = Try(run, number)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failures.FirstOrDefault(failure => failure is not null) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private static Exception? Try(Action<int> run, int number)
    {
        try
        {
            run(number);
            return null;
        }
#pragma warning disable CA1031 // whatever it is, the test's own thread throws it again
        catch (Exception failure)
#pragma warning restore CA1031 // see above
        {
            return failure;
        }
    }
}
