// The measuring side of the runner: it holds one workload and does what it is told, line by line. Between two requests it waits
// for input and uses no processor, so that of all children only one is ever measuring. The clock is read here and not by the
// runner, so that the pipe is not part of a slice.
//
//   child:  ready 1 THREADS pinned|free      after Prepare; 1 is the version of these lines
//   runner: warm MILLISECONDS                child: warmed OPERATIONS NANOSECONDS    of the last batch
//   runner: run OPERATIONS                   child: done NANOSECONDS BYTES           bytes allocated by the whole process
//   runner: quit, or the end of its output   child: ends
//   anything else                            child: error TEXT

using System.Globalization;
using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Bench.Workloads.Threads;

namespace Managarm.Perf.Bench.Runner;

/// <summary>Serves one workload over two streams of lines.</summary>
public static class ChildServer
{
    /// <summary>Version of the protocol.</summary>
    public const int Version = 1;

    // A batch of the warm-up: long enough to be timed, short enough that there are many, since methods are compiled again
    // after a number of calls.
    private const long BatchNanoseconds = 500_000;
    private const long NanosecondsPerMillisecond = 1_000_000;
    private const int MaximumBatch = 1 << 24;
    private const int WindowsAskedFor = 2;
    private const int MaximumWindows = 20;
    private const double StillFaster = 0.9;

    /// <summary>Prepares the workload and serves until the input ends.</summary>
    /// <param name="workload">The workload; not disposed here.</param>
    /// <param name="input">Requests.</param>
    /// <param name="output">Replies.</param>
    public static void Serve(IWorkload workload, TextReader input, TextWriter output)
    {
        ProcessorPin.PinMeasuring();
        workload.Prepare();
        Reply(output, $"ready {Version} {workload.Threads} {(ProcessorPin.IsSupported ? "pinned" : "free")}");
        while (input.ReadLine() is { } line && line != "quit")
        {
            string[] words = line.Split(' ');
            bool hasNumber = words.Length == 2
                && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number > 0;
            Reply(output, (hasNumber ? words[0] : "") switch
            {
                "warm" => WarmUp(workload, int.Parse(words[1], CultureInfo.InvariantCulture)),
                "run" => Run(workload, int.Parse(words[1], CultureInfo.InvariantCulture)),
                _ => $"error not a request: {line}",
            });
        }
    }

    private static void Reply(TextWriter output, string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    // When the least number of windows is over, the first one that is hardly faster than the best before ends the warm-up.
    private static string WarmUp(IWorkload workload, int milliseconds)
    {
        int operations = 1;
        double best = double.MaxValue;
        for (int window = 0; window < MaximumWindows; window++)
        {
            double least = WarmUpWindow(workload, Math.Max(1, milliseconds / WindowsAskedFor), ref operations);
            if (window >= workload.WarmUpWindows - 1 && least > best * StillFaster)
            {
                break;
            }

            best = Math.Min(best, least);
        }

        return $"warmed {operations} {Measure(workload, operations)}";
    }

    private static double WarmUpWindow(IWorkload workload, int milliseconds, ref int operations)
    {
        var clock = new SliceClock(workload);
        long end = clock.Read() + (milliseconds * NanosecondsPerMillisecond);
        double least = double.MaxValue;
        do
        {
            long nanoseconds = Measure(workload, operations);
            least = Math.Min(least, (double)nanoseconds / operations);
            if (nanoseconds < BatchNanoseconds / 2)
            {
                operations = Math.Min(operations * 2, MaximumBatch);
            }
            else if (nanoseconds > BatchNanoseconds * 2)
            {
                operations = Math.Max(operations / 2, 1);
            }
        }
        while (clock.Read() < end);
        return least;
    }

    private static string Run(IWorkload workload, int operations)
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        long nanoseconds = Measure(workload, operations);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return $"done {nanoseconds} {bytes}";
    }

    private static long Measure(IWorkload workload, int operations)
    {
        var clock = new SliceClock(workload);
        long stamped = workload.StampedNanoseconds ?? 0;
        long start = clock.Read();
        long result = workload.Run(operations);
        long nanoseconds = workload.StampedNanoseconds - stamped ?? clock.Read() - start;
        GC.KeepAlive(result == long.MinValue ? workload : null);
        return Math.Max(1, nanoseconds);
    }
}
