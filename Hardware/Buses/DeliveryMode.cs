// The three-bit delivery mode that ICR, LVT entries, redirection entries and MSI data words share. Values that a register calls
// reserved are kept as they are written, and the receiver decides.

namespace Managarm.Perf.Hardware.Buses;

/// <summary>How an interrupt is delivered.</summary>
/// <remarks>Intel SDM volume 3A, 11.5.1 and 11.6.1.</remarks>
public enum DeliveryMode : byte
{
    /// <summary>By vector, to all that are addressed.</summary>
    Fixed = 0,

    /// <summary>By vector, to the one with the lowest priority.</summary>
    LowestPriority = 1,

    /// <summary>System management interrupt.</summary>
    Smi = 2,

    /// <summary>Reserved; sets remote read in old processors.</summary>
    Reserved = 3,

    /// <summary>Non-maskable interrupt.</summary>
    Nmi = 4,

    /// <summary>Reset to the wait-for-start-up state.</summary>
    Init = 5,

    /// <summary>Start-up; the vector is the page to begin at.</summary>
    StartUp = 6,

    /// <summary>By the vector of the external controller (8259).</summary>
    External = 7,
}
