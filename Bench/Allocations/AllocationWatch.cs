// From child processes to a report. A first child runs the pass as it always runs and counts exactly; only when something
// allocates does a second one run it without inlining, so that every method stands on the stack, and somebody listens. So the
// noise of a session is never mistaken for an allocation: whether there is one is decided before a session exists.

namespace Managarm.Perf.Bench.Allocations;

/// <summary>Watches one pass in child processes.</summary>
internal static class AllocationWatch
{
    // Some hundred samples: a site with a tenth of the bytes is estimated to about a fifth of its share.
    private const long BytesToWatch = 32 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Starts the children and reports.</summary>
    /// <param name="name">Name of the pass.</param>
    /// <param name="arguments">The assembly that serves it, and its arguments.</param>
    /// <param name="stop">Ends it early.</param>
    internal static AllocationReport Run(string name, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        PassBytes exact = Count(name, arguments, stop);
        if (exact is { Thread: 0, Process: 0 })
        {
            return new AllocationReport(1, name, exact, default, 0, 0, 0, []);
        }

        using var child = WatchedProcess.Start(name, arguments, isInlined: false, stop);
        PassBytes watched = child.AwaitWarm();
        using var trace = AllocationTrace.Start(child.ProcessId);
        long passes = child.Repeat(BytesToWatch, Limit);
        trace.Stop();
        return AllocationSamples.Read(trace.FilePath).Report(name, exact, watched, passes);
    }

    private static PassBytes Count(string name, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        using var child = WatchedProcess.Start(name, arguments, isInlined: true, stop);
        return child.AwaitWarm();
    }
}

// The one way in which watching a process fails for reasons outside of this tool: the process died or hung, or the runtime's
// diagnostics port is closed. It ends in exit code 3 and one line.
/// <summary>A process could not be watched.</summary>
/// <param name="message">Why, in one line.</param>
/// <param name="inner">What the runtime said, if it did.</param>
internal sealed class WatchFailedException(string message, Exception? inner = null) : Exception(message, inner);
