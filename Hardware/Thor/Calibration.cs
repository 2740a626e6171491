// A counter is calibrated against the HPET: how far does it get while the HPET counts 100 milliseconds (thor, arch/x86/pic.cpp,
// calibrateApicTimer; hpet.cpp, pollSleepNano)? What is measured is kept as a fixed-point fraction. One processor measures;
// counters that are invariant run alike on all.

namespace Managarm.Perf.Hardware.Thor;

/// <summary>What calibration has found out about a counter.</summary>
public readonly struct Calibration
{
    /// <summary>Time for which is measured.</summary>
    public const ulong PeriodNanoseconds = 100_000_000;

    private const int FractionBits = 32;

    private readonly ulong nanosecondsPerCount;

    /// <summary>Turns a measurement into a fraction.</summary>
    /// <param name="counted">Counts in the period; not zero.</param>
    public Calibration(ulong counted)
    {
        nanosecondsPerCount = (ulong)(((UInt128)PeriodNanoseconds << FractionBits) / counted);
    }

    /// <summary>Time in which a counter counts so far.</summary>
    /// <param name="count">Counts.</param>
    /// <returns>Nanoseconds, rounded down.</returns>
    public ulong NanosecondsOf(ulong count) => (ulong)((UInt128)count * nanosecondsPerCount >> FractionBits);

    /// <summary>How far a counter must count until a time is over: a deadline that is programmed so is never early.</summary>
    /// <param name="nanoseconds">Time.</param>
    /// <returns>The least count at which <see cref="NanosecondsOf"/> says so.</returns>
    public ulong CountOf(ulong nanoseconds) =>
        (ulong)((((UInt128)nanoseconds << FractionBits) + nanosecondsPerCount - 1) / nanosecondsPerCount);
}
