// What a time-stamp counter remembers, in the arena of the machine. The count itself is computed from the time of the machine,
// so only the distances between it and what software has asked for are kept.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.TimeStampCounters;

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

// How a time-stamp counter is built. The multiplier is that of hardware virtualisation: 48 of its bits are a fraction, so that
// a guest can see another frequency than the machine has, exactly and without being interrupted.
/// <summary>Properties of a time-stamp counter.</summary>
public sealed record TimeStampCounterOptions
{
    /// <summary>Fraction bits of <see cref="Multiplier"/>.</summary>
    public const int MultiplierFractionBits = 48;

    /// <summary>Frequency of the counter of the machine.</summary>
    public Frequency Frequency { get; init; } = new(2_400_000_000);

    /// <summary>Ticks of the guest for a tick of the machine, times 2^48; not zero.</summary>
    public ulong Multiplier { get; init; } = 1UL << MultiplierFractionBits;

    /// <summary>Offset of the guest in its ticks, modulo 2^64.</summary>
    public ulong OffsetTicks { get; init; }

    /// <summary>Whether there is IA32_TSC_ADJUST (CPUID leaf 7, EBX bit 1).</summary>
    public bool HasAdjust { get; init; } = true;
}
