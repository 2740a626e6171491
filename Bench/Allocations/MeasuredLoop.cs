// The inside of a process that is watched for allocations: it counts exactly what one pass allocates, waits until somebody
// listens, and then repeats the pass until enough has been allocated to be seen, since listening shows one allocation per
// 100 KB. It talks over a named pipe, because standard output belongs to whatever the process is otherwise. This file is compiled
// into Bench, which watches workloads, and into every test project, which watches tests (tests/Shared/ZeroBytes.cs).

using System.Globalization;
using System.IO.Pipes;
using System.Runtime.CompilerServices;

namespace Managarm.Perf.Bench.Allocations;

/// <summary>A pass that is repeated under observation.</summary>
internal static class MeasuredLoop
{
    /// <summary>Environment: name of the pipe to the watcher.</summary>
    internal const string PipeVariable = "MANAGARM_PERF_ALLOCATIONS_PIPE";

    /// <summary>Environment: name of the pass that is to be watched.</summary>
    internal const string NameVariable = "MANAGARM_PERF_ALLOCATIONS_NAME";

    private const int ConnectMilliseconds = 30_000;
    private const int CountedPasses = 3;

    /// <summary>Whether this process was started to be watched.</summary>
    internal static bool IsWatched => Environment.GetEnvironmentVariable(PipeVariable) is not null;

    /// <summary>Whether this process was started to watch this pass.</summary>
    internal static bool IsWatchedFor(string name) =>
        IsWatched && Environment.GetEnvironmentVariable(NameVariable) == name;

    /// <summary>Serves the watcher, then returns. Lines that are sent: <c>warm PROCESS THREAD-BYTES PROCESS-BYTES</c> per pass
    /// and <c>done PASSES</c>. Line that is awaited between: <c>repeat BYTES MILLISECONDS</c>; anything else ends it.</summary>
    /// <param name="pass">What is watched; warm.</param>
    internal static void Serve(Action pass)
    {
        using var pipe = new NamedPipeClientStream(".", Environment.GetEnvironmentVariable(PipeVariable)!, PipeDirection.InOut);
        pipe.Connect(ConnectMilliseconds);
        using var reader = new StreamReader(pipe, leaveOpen: true);
        using var writer = new StreamWriter(pipe, leaveOpen: true) { AutoFlush = true };
        (long threadBytes, long processBytes) = Count(pass);
        writer.WriteLine($"warm {Environment.ProcessId} {threadBytes} {processBytes}");
        string[] order = (reader.ReadLine() ?? "").Split(' ');
        if (order is ["repeat", string bytes, string milliseconds])
        {
            long passes = Repeat(
                pass,
                long.Parse(bytes, CultureInfo.InvariantCulture),
                long.Parse(milliseconds, CultureInfo.InvariantCulture));
            writer.WriteLine($"done {passes}");
            reader.ReadLine();
        }
    }

    // What a pass allocates every time: the least of several, since the runtime itself allocates now and then, and what happens
    // only once is no allocation of the pass.
    private static (long Thread, long Process) Count(Action pass)
    {
        (long Thread, long Process) least = (long.MaxValue, long.MaxValue);
        for (int number = 0; number < CountedPasses; number++)
        {
            long process = GC.GetTotalAllocatedBytes(precise: true);
            long thread = GC.GetAllocatedBytesForCurrentThread();
            pass();
            thread = GC.GetAllocatedBytesForCurrentThread() - thread;
            process = GC.GetTotalAllocatedBytes(precise: true) - process;
            least = (Math.Min(least.Thread, thread), Math.Min(least.Process, process));
        }

        return least;
    }

    /// <summary>The frame by which the watcher tells the pass from everything else in the process.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Repeat(Action pass, long bytes, long milliseconds)
    {
        long passes = 0;
        long end = Environment.TickCount64 + milliseconds;
        long limit = GC.GetTotalAllocatedBytes() + bytes;
        while (Environment.TickCount64 < end && GC.GetTotalAllocatedBytes() < limit)
        {
            pass();
            passes++;
        }

        return passes;
    }
}
