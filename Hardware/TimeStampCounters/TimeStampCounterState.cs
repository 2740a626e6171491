// What a time-stamp counter remembers, in the arena of the machine. The count itself is computed from the time of the machine,
// so only the distances between it and what software has asked for are kept.

namespace Managarm.Perf.Hardware;

/// <summary>State of a time-stamp counter.</summary>
internal struct TimeStampCounterState
{
    /// <summary>What is added to the scaled count, in ticks modulo 2^64.</summary>
    public ulong OffsetTicks;

    /// <summary>IA32_TSC_ADJUST: sum of all changes by software since reset, in ticks modulo 2^64.</summary>
    public ulong AdjustTicks;

    /// <summary>Only with the defect that stops the counter: the count it stopped at, plus one.</summary>
    public ulong StoppedTicks;
}
