// The registers of an I/O APIC beside its entries, as they lie in the arena. Version and arbitration follow from other things and
// are not kept.

namespace Managarm.Perf.Hardware;

/// <summary>State of an I/O APIC without its redirection table.</summary>
internal struct IoApicState
{
    /// <summary>IOREGSEL: index of the register behind the window.</summary>
    public uint Index;

    /// <summary>Bits 31 to 24 of IOAPICID, of which only four exist.</summary>
    public byte Id;
}
