// From a child process to a report: counts exactly, and only when something allocates listens to who it is. The session's own
// noise is therefore never mistaken for an allocation: whether there is one is decided before a session exists.

namespace Managarm.Perf.Bench;

/// <summary>Watches one pass in a child process.</summary>
internal static class AllocationWatch
{
    // Some hundred samples: a site with a tenth of the bytes is estimated to about a fifth of its share.
    private const long BytesToWatch = 32 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Starts the child and reports.</summary>
    /// <param name="name">Name of the pass.</param>
    /// <param name="arguments">The assembly that serves it, and its arguments.</param>
    internal static AllocationReport Run(string name, IReadOnlyList<string> arguments)
    {
        using var child = WatchedProcess.Start(name, arguments);
        (long Thread, long Process) exact = child.AwaitWarm();
        if (exact is { Thread: 0, Process: 0 })
        {
            return new AllocationReport(1, name, 0, 0, 0, 0, 0, []);
        }

        using var trace = AllocationTrace.Start(child.ProcessId);
        long passes = child.Repeat(BytesToWatch, Limit);
        trace.Stop();
        return AllocationSamples.Read(trace.FilePath).Report(name, exact, passes);
    }
}
