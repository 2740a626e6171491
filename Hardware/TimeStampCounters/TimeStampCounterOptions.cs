// How a time-stamp counter is built. The multiplier is that of hardware virtualisation: 48 of its bits are a fraction, so that
// a guest can see another frequency than the machine has, exactly and without being interrupted.

namespace Managarm.Perf.Hardware;

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
