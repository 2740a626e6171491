// What differs between HPETs of the same specification. The defaults are a generous chip: all comparators are 64 bits wide,
// periodic, and can send messages; lines 20 to 23 of the I/O APIC are theirs, as in the south bridges.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Hpets;

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

// The tick of an HPET is given in femtoseconds and need not divide a second, so that it is converted here and not by a frequency.
// The ticks of a machine that was never halted are counted from power-on.
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

// The message of a comparator: a word and the address that it is written to. A write that does not go to the local APICs is no
// interrupt; it would go to memory, which the model leaves alone.
/// <summary>Decodes the messages of comparators.</summary>
/// <remarks>IA-PC HPET 1.0a, 2.3.10; what the two words mean is said by <see cref="MessageSignalledInterrupt"/>.</remarks>
internal static class HpetMessage
{
    private const int AddressShift = 32;
    private const uint RedirectionHint = 1 << 3;

    /// <summary>Whether a message is an interrupt, by its address in the high half.</summary>
    internal static bool IsInterrupt(ulong message) => MessageSignalledInterrupt.IsAddress(message >> AddressShift);

    /// <summary>The interrupt that a message is.</summary>
    internal static InterruptMessage Decode(ulong message, HpetDefect defect)
    {
        ulong address = message >> AddressShift;
        ulong heeded = defect == HpetDefect.HintIgnored ? address & ~(ulong)RedirectionHint : address;
        InterruptMessage decoded = MessageSignalledInterrupt.Decode(heeded, (uint)message);
        return defect == HpetDefect.MessageGoesToZero ? decoded with { Destination = 0 } : decoded;
    }
}
