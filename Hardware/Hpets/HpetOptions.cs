// What differs between HPETs of the same specification. The defaults are a generous chip: all comparators are 64 bits wide,
// periodic, and can send messages; lines 20 to 23 of the I/O APIC are theirs, as in the south bridges.

namespace Managarm.Perf.Hardware;

/// <summary>Capabilities of an HPET.</summary>
public sealed record HpetOptions
{
    /// <summary>Time of a tick in femtoseconds: 1 ns to 100 ns, the specification's limit; 10 ns by default.</summary>
    public uint PeriodFemtoseconds { get; init; } = 10_000_000;

    /// <summary>Lines of the I/O APIC that a comparator may drive, one bit a line.</summary>
    public uint RouteCapability { get; init; } = 0x00f0_0000;

    /// <summary>Comparators that can be periodic, one bit each.</summary>
    public uint PeriodicTimers { get; init; } = 7;

    /// <summary>Comparators of 64 bits, one bit each; the others have 32.</summary>
    public uint WideTimers { get; init; } = 7;

    /// <summary>Comparators can send messages instead of driving lines.</summary>
    public bool HasMessages { get; init; } = true;

    /// <summary>The first comparators can take the places of the 8254 and the clock.</summary>
    public bool HasLegacyReplacement { get; init; } = true;
}
