// What the workloads on the threaded host have in common: one process with a handler and a device, real sizes, and one clock.

using System.Diagnostics;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Bench.Workloads.Reads;

/// <summary>The scenario that all reads share.</summary>
internal static class ReadScenario
{
    /// <summary>Resource of the device.</summary>
    internal const int Device = 0;

    /// <summary>Strand of the reading process.</summary>
    internal const int Strand = 0;

    /// <summary>Call that installs the handler.</summary>
    internal const int InstallCall = 0;

    /// <summary>Call that reads one byte.</summary>
    internal const int ReadCall = 1;

    private const string Text = "device tty\nA: sigaction(USR1, handle)\nA: read(tty, 1)\n";

    /// <summary>Signal that the handler is for, by table index.</summary>
    internal static int Signal { get; } = SignalTable.IndexOf(SignalNumber.Usr1);

    /// <summary>Sizes: chunks of a page, so that one is handed back now and then and not at every read.</summary>
    internal static WorldOptions Options { get; } = new() { QueueChunkBytes = 4096, ServerQueueChunkBytes = 4096 };

    /// <summary>The program.</summary>
    internal static Scenario Scenario { get; } = Parse();

    /// <summary>Clock ticks in nanoseconds.</summary>
    internal static long Nanoseconds(long stopwatchTicks) => (long)(stopwatchTicks * (1e9 / Stopwatch.Frequency));

    private static Scenario Parse()
    {
        var file = new ScenarioFile();
        bool isValid = new ScenarioParser().TryParse("workload", Text, file, out ScenarioError? error);
        Verify.That(isValid, $"the workload's scenario is wrong: {error}");
        return file.Scenario;
    }
}
