// Time of the machine is counted in nanoseconds, clocks of devices in ticks of their own. A frequency converts between the two in
// whole numbers, so that a device which is asked at any time, in any number of steps, has counted the same.

namespace Managarm.Perf.Hardware.Buses;

/// <summary>Frequency of a clock.</summary>
/// <param name="TicksPerSecond">Ticks in a second; not zero.</param>
public readonly record struct Frequency(ulong TicksPerSecond)
{
    private const uint NanosecondsPerSecond = 1_000_000_000;

    /// <summary>How often the clock has ticked at a time.</summary>
    /// <param name="nanoseconds">Time since the machine was switched on.</param>
    /// <returns>Whole ticks since then.</returns>
    public ulong TicksAt(ulong nanoseconds) =>
        (ulong)((UInt128)nanoseconds * TicksPerSecond / NanosecondsPerSecond);

    /// <summary>Earliest time at which the clock has ticked so often: the inverse of <see cref="TicksAt"/>.</summary>
    /// <param name="ticks">Ticks since the machine was switched on.</param>
    /// <returns>Nanoseconds since then; the greatest value where it would not fit.</returns>
    public ulong TimeOf(ulong ticks)
    {
        UInt128 nanoseconds = (((UInt128)ticks * NanosecondsPerSecond) + TicksPerSecond - 1) / TicksPerSecond;
        return nanoseconds > ulong.MaxValue ? ulong.MaxValue : (ulong)nanoseconds;
    }
}
