// The HPET as it lies in the arena. The counter is kept as it was at some tick of the machine, so that nothing has to happen for
// it to go on.

namespace Managarm.Perf.Hardware.Hpets;

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

// One comparator of the HPET as it lies in the arena. Only bits that can be written are kept of its configuration; what it is
// capable of is an option of the machine.
/// <summary>State of one comparator, as it was when the counter was last settled.</summary>
internal struct HpetTimerState
{
    /// <summary>Value of the counter that the comparator waits for.</summary>
    public ulong Comparator;

    /// <summary>Last value written to the comparator: what is added at each match while it is periodic.</summary>
    public ulong Period;

    /// <summary>Message in place of the line: data in the low half, address in the high half.</summary>
    public ulong Message;

    /// <summary>Configuration register: the bits that can be written and read back.</summary>
    public uint Configuration;

    /// <summary>The next write to the comparator of a periodic timer sets its value too.</summary>
    public bool SetsValue;
}
