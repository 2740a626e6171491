// How often the system took a processor away from a thread of this process that wanted to go on. It tells a stall of the host
// from one of ours: what took long while this number stood still is our own doing, save for what a hypervisor takes without a
// word. Where the system has no such count it stands still for ever.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Bench.Measurement;

/// <summary>Involuntary context switches.</summary>
internal static unsafe partial class HostSwitches
{
    private const int UsageWords = 18;
    private const int InvoluntaryWord = 17;

    /// <summary>Reads the count.</summary>
    /// <returns>Switches of all threads since the process began; 0 where it is not known.</returns>
    internal static long Count()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return 0;
        }

        long* usage = stackalloc long[UsageWords];
        return GetUsage(0, usage) == 0 ? usage[InvoluntaryWord] : 0;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, long* usage);
}
