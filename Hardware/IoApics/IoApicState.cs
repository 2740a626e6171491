// The registers of an I/O APIC beside its entries, as they lie in the arena. Version and arbitration follow from other things and
// are not kept.

namespace Managarm.Perf.Hardware.IoApics;

/// <summary>State of an I/O APIC without its redirection table.</summary>
internal struct IoApicState
{
    /// <summary>IOREGSEL: index of the register behind the window.</summary>
    public uint Index;

    /// <summary>Bits 31 to 24 of IOAPICID, of which only four exist.</summary>
    public byte Id;
}

// How an I/O APIC is built in: what the board and the chip set fix before the first instruction. The defaults are those of a
// chip set since the ICH, whose version 0x20 has a register for directed ends of interrupts.
/// <summary>Properties of an I/O APIC.</summary>
public sealed record IoApicOptions
{
    /// <summary>Whether there is an EOI register, which makes the version 0x20; without it this is the 82093AA, 0x11.</summary>
    public bool HasEndRegister { get; init; } = true;

    /// <summary>Lines that are high until a device drives them; bit n is line n. A line that is used active low needs a pull-up
    /// as on a board, or it is asserted from the beginning.</summary>
    public uint PulledUpLines { get; init; }
}
