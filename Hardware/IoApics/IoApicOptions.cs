// How an I/O APIC is built in: what the board and the chip set fix before the first instruction. The defaults are those of a
// chip set since the ICH, whose version 0x20 has a register for directed ends of interrupts.

namespace Managarm.Perf.Hardware;

/// <summary>Properties of an I/O APIC.</summary>
public sealed record IoApicOptions
{
    /// <summary>Whether there is an EOI register, which makes the version 0x20; without it this is the 82093AA, 0x11.</summary>
    public bool HasEndRegister { get; init; } = true;

    /// <summary>Lines that are high until a device drives them; bit n is line n. A line that is used active low needs a pull-up
    /// as on a board, or it is asserted from the beginning.</summary>
    public uint PulledUpLines { get; init; }
}
