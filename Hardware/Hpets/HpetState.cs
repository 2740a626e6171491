// The HPET as it lies in the arena. The counter is kept as it was at some tick of the machine, so that nothing has to happen for
// it to go on.

namespace Managarm.Perf.Hardware;

/// <summary>State of the HPET but for its comparators.</summary>
internal struct HpetState
{
    /// <summary>Tick of the machine at which the counter was settled.</summary>
    public ulong Tick;

    /// <summary>The counter as it was then.</summary>
    public ulong Counter;

    /// <summary>When a comparator does something that can be seen without a register, in nanoseconds of the machine.</summary>
    public ulong NextEventNanoseconds;

    /// <summary>General configuration register.</summary>
    public uint Configuration;

    /// <summary>General interrupt status register.</summary>
    public uint Status;

    /// <summary>Lines that level-triggered comparators hold high, one bit a line.</summary>
    public uint HeldLines;
}
