// Runs something on a thread that is bound to one processor, together with all threads that it starts: on Linux they inherit the
// binding. Elsewhere the test is skipped.

using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Managarm.Perf.Servers.Tests.Running.Threaded;

internal static unsafe partial class OneProcessor
{
    private const int MaskWords = 16;

    /// <summary>Runs an action on one processor and throws what it throws.</summary>
    internal static void Run(Action action)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("binding a thread to a processor is written for Linux only");
        }

        Exception? failure = null;
        var thread = new Thread(() => failure = RunBound(action));
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static Exception? RunBound(Action action)
    {
        try
        {
            Bind();
            action();
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private static void Bind()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        Assert.Equal(0, GetAffinity(0, MaskWords * sizeof(ulong), mask));
        bool isFound = false;
        for (int word = 0; word < MaskWords; word++)
        {
            mask[word] = isFound ? 0 : mask[word] & (ulong)-(long)mask[word];
            isFound |= mask[word] != 0;
        }

        Assert.Equal(0, SetAffinity(0, MaskWords * sizeof(ulong), mask));
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint bytes, ulong* mask);
}
