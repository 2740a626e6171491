// The tick of an HPET is given in femtoseconds and need not divide a second, so that it is converted here and not by a frequency.
// The ticks of a machine that was never halted are counted from power-on.

namespace Managarm.Perf.Hardware;

/// <summary>Converts between nanoseconds and ticks.</summary>
/// <remarks>IA-PC HPET 1.0a, 2.3.4: COUNTER_CLK_PERIOD.</remarks>
internal readonly record struct HpetPeriod(uint Femtoseconds)
{
    private const uint FemtosecondsPerNanosecond = 1_000_000;

    /// <summary>How often the clock has ticked at a time.</summary>
    public ulong TicksAt(ulong nanoseconds) => (ulong)((UInt128)nanoseconds * FemtosecondsPerNanosecond / Femtoseconds);

    /// <summary>Earliest time at which the clock has ticked so often, or the greatest value where it would not fit.</summary>
    public ulong TimeOf(UInt128 ticks)
    {
        UInt128 nanoseconds = ((ticks * Femtoseconds) + FemtosecondsPerNanosecond - 1) / FemtosecondsPerNanosecond;
        return nanoseconds > ulong.MaxValue ? ulong.MaxValue : (ulong)nanoseconds;
    }
}
