// The bits of the error status register. Those for checksums and for messages that nobody accepted belong to the serial bus of
// old processors and are always zero here.

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>Errors that a local APIC detects.</summary>
/// <remarks>Intel SDM volume 3A, 11.5.3.</remarks>
[Flags]
public enum LocalApicErrors : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Software tried to send a lowest-priority interrupt and the processor cannot.</summary>
    RedirectableInterrupt = 1 << 4,

    /// <summary>Software tried to send a vector below 16.</summary>
    SendIllegalVector = 1 << 5,

    /// <summary>A vector below 16 arrived, or was written into the local vector table.</summary>
    ReceiveIllegalVector = 1 << 6,

    /// <summary>Access to a register that there is not, in memory.</summary>
    IllegalRegisterAddress = 1 << 7,
}
