// One comparator of the HPET as it lies in the arena. Only bits that can be written are kept of its configuration; what it is
// capable of is an option of the machine.

namespace Managarm.Perf.Hardware;

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
