// The map that instrumented code counts in. SharpFuzz's code writes wherever Trace.SharedMem points, from the first static
// constructor on, so memory must be there before anything instrumented runs, and also where no engine has given any. The map is
// one static of the process: one target at a time.

using System.Diagnostics;
using System.Runtime.InteropServices;
using Trace = SharpFuzz.Common.Trace;

namespace Managarm.Perf.Fuzz.ByteEngines;

/// <summary>The process's trace map.</summary>
internal static unsafe class TraceMap
{
    /// <summary>Size of the map, in bytes.</summary>
    internal const int Size = 65_536;

    private static byte* scratch;
    private static long asideTicks;

    /// <summary>How long the process did what the map is not to show.</summary>
    internal static TimeSpan AsideTime => Stopwatch.GetElapsedTime(0, asideTicks);

    /// <summary>The map.</summary>
    internal static Span<byte> Cells => new(Trace.SharedMem, Size);

    /// <summary>Gives the process a map; the first thing that it does.</summary>
    internal static void Prepare()
    {
        scratch = (byte*)NativeMemory.AllocZeroed(Size);
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);
    }

    /// <summary>Empties the map before a run.</summary>
    internal static void Clear()
    {
        Cells.Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Does something that the map is not to show.</summary>
    /// <param name="work">What is done.</param>
    internal static void Aside(Action work)
    {
        byte* map = Trace.SharedMem;
        int location = Trace.PrevLocation;
        long begin = Stopwatch.GetTimestamp();
        Trace.SharedMem = scratch;
        try
        {
            work();
        }
        finally
        {
            asideTicks += Stopwatch.GetTimestamp() - begin;
            Trace.SharedMem = map;
            Trace.PrevLocation = location;
        }
    }
}
