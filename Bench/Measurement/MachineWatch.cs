// Reads how busy the machine is: the kernel's count of ticks in which a processor was not idle (or was taken away by a
// hypervisor), less what this process and its children used themselves.

using System.Diagnostics;
using System.Globalization;

namespace Managarm.Perf.Bench.Measurement;

/// <summary>Watches the machine from its creation on.</summary>
/// <param name="threads">Threads that measure.</param>
internal sealed class MachineWatch(int threads)
{
    private const string Table = "/proc/stat";
    private const int FirstField = 1;
    private const int IdleField = 4;
    private const int WaitingField = 5;
    private const int FieldsEnd = 9;
    private const double TicksPerSecond = 100;

    private readonly long startTimestamp = Stopwatch.GetTimestamp();
    private readonly double startBusySeconds = BusySeconds();
    private readonly TimeSpan startOwn = Environment.CpuUsage.TotalTime;

    /// <summary>What the machine did since the watch began.</summary>
    /// <param name="childSeconds">Seconds of processor time that children used for the measurement.</param>
    internal Quietness Read(double childSeconds = 0)
    {
        double? others = null;
        double seconds = Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds;
        if (!double.IsNaN(startBusySeconds) && seconds > 0)
        {
            double own = (Environment.CpuUsage.TotalTime - startOwn).TotalSeconds + childSeconds;
            others = Math.Max(0, (BusySeconds() - startBusySeconds - own) / seconds);
        }

        return new Quietness(threads, Environment.ProcessorCount, others);
    }

    private static double BusySeconds()
    {
        if (!File.Exists(Table))
        {
            return double.NaN;
        }

        string[] fields = File.ReadLines(Table).First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double ticks = 0;
        for (int field = FirstField; field < Math.Min(FieldsEnd, fields.Length); field++)
        {
            ticks += field is IdleField or WaitingField ? 0 : double.Parse(fields[field], CultureInfo.InvariantCulture);
        }

        return ticks / TicksPerSecond;
    }
}
