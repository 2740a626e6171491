// The entries of the local vector table, in the order in which the version register counts them. The corrected machine check
// came last and is not where the others are.

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>A source of interrupts inside of a processor, or a pin of it.</summary>
/// <remarks>Intel SDM volume 3A, 11.5.1.</remarks>
public enum LocalVector : byte
{
    /// <summary>Timer.</summary>
    Timer = 0,

    /// <summary>Thermal sensor.</summary>
    Thermal = 1,

    /// <summary>Performance counters.</summary>
    Performance = 2,

    /// <summary>Pin LINT0, INTR where there is no local APIC.</summary>
    Lint0 = 3,

    /// <summary>Pin LINT1, NMI where there is no local APIC.</summary>
    Lint1 = 4,

    /// <summary>Errors that the local APIC detects itself.</summary>
    Error = 5,

    /// <summary>Corrected machine check (CMCI).</summary>
    CorrectedMachineCheck = 6,
}
