// The clock of a slice. A workload with one thread is timed by what its thread spent on a processor, so that a time slice
// given to another program does not count; on a quiet machine that is the time on the wall. A workload with two threads is
// timed on the wall, because waiting for the other core is what it is about, and so is one that sleeps. Where the system has
// no such clock, the wall serves for both.

using System.Diagnostics;
using System.Runtime.InteropServices;
using Managarm.Perf.Bench.Workloads;

namespace Managarm.Perf.Bench.Measurement;

/// <summary>Times what the calling thread does.</summary>
/// <param name="workload">What is timed.</param>
public readonly partial struct SliceClock(IWorkload workload)
{
    private const int ThreadProcessorTime = 3;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly bool countsProcessorTime =
        workload.Threads == 1 && !workload.Sleeps && OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Reads the clock; differences matter only.</summary>
    /// <returns>Nanoseconds.</returns>
    public long Read()
    {
        if (countsProcessorTime && GetTime(ThreadProcessorTime, out TimeSpecification time) == 0)
        {
            return (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds;
        }

        return (long)(Stopwatch.GetTimestamp() * ((double)NanosecondsPerSecond / Stopwatch.Frequency));
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpecification time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
