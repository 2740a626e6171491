// Binds the measuring thread and its partner to processors of their own. Only these two threads are bound: the just-in-time
// compiler and the collector keep the rest of the machine. The process's own mask is read first, so a container's limits are
// respected. Where threads cannot be bound (anything but Linux) nothing happens, and the runner says so.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Bench.Workloads.Threads;

/// <summary>Threads on processors.</summary>
public static unsafe partial class ProcessorPin
{
    private const int MaskWords = 16;
    private const int BitsPerWord = 64;

    private static readonly int[] Allowed = ReadAllowed();

    /// <summary>Whether threads can be bound here.</summary>
    public static bool IsSupported => Allowed.Length > 0;

    /// <summary>Processors that this process may use.</summary>
    public static int Processors => IsSupported ? Allowed.Length : Environment.ProcessorCount;

    /// <summary>Binds the calling thread to the processor on which everything is measured: the last one, since the first
    /// serves most interrupts.</summary>
    public static void PinMeasuring() => Pin(Allowed.Length - 1);

    /// <summary>Binds the calling thread to the processor of the second thread.</summary>
    public static void PinPartner() => Pin(Allowed.Length - 2);

    private static void Pin(int position)
    {
        if (position < 0)
        {
            return;
        }

        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        mask[Allowed[position] / BitsPerWord] = 1UL << (Allowed[position] % BitsPerWord);
        if (SetAffinity(0, MaskWords * sizeof(ulong), mask) != 0)
        {
            throw new InvalidOperationException($"cannot bind a thread to processor {Allowed[position]}");
        }
    }

    private static int[] ReadAllowed()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        if (!OperatingSystem.IsLinux() || GetAffinity(0, MaskWords * sizeof(ulong), mask) < 0)
        {
            return [];
        }

        var allowed = new List<int>();
        for (int processor = 0; processor < MaskWords * BitsPerWord; processor++)
        {
            if ((mask[processor / BitsPerWord] >> (processor % BitsPerWord) & 1) != 0)
            {
                allowed.Add(processor);
            }
        }

        return [.. allowed];
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint bytes, ulong* mask);
}
