// Names for the registers of a local APIC, by their offset in memory. In x2APIC mode a register is a model-specific register,
// whose number is a sixteenth of the offset behind a base; the command register is one there, and a self interrupt has its
// own.

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>Offsets of registers, in bytes, and numbers of model-specific registers.</summary>
/// <remarks>Intel SDM volume 3A, table "Local APIC register address map" and table "x2APIC register address space".</remarks>
public static class LocalApicRegister
{
    /// <summary>IA32_APIC_BASE.</summary>
    public const uint BaseMsr = 0x1b;

    /// <summary>IA32_TSC_DEADLINE.</summary>
    public const uint DeadlineMsr = 0x6e0;

    /// <summary>First model-specific register of x2APIC.</summary>
    public const uint FirstMsr = 0x800;

    /// <summary>Last model-specific register that belongs to x2APIC.</summary>
    public const uint LastMsr = 0x8ff;

    /// <summary>Distance of registers in memory.</summary>
    public const uint Stride = 0x10;

    /// <summary>Local APIC id.</summary>
    public const uint Id = 0x20;

    /// <summary>Version.</summary>
    public const uint Version = 0x30;

    /// <summary>Task priority (TPR).</summary>
    public const uint TaskPriority = 0x80;

    /// <summary>Arbitration priority (APR).</summary>
    public const uint ArbitrationPriority = 0x90;

    /// <summary>Processor priority (PPR).</summary>
    public const uint ProcessorPriority = 0xa0;

    /// <summary>End of interrupt (EOI).</summary>
    public const uint EndOfInterrupt = 0xb0;

    /// <summary>Remote read; always zero.</summary>
    public const uint RemoteRead = 0xc0;

    /// <summary>Logical destination (LDR).</summary>
    public const uint LogicalDestination = 0xd0;

    /// <summary>Destination format (DFR).</summary>
    public const uint DestinationFormat = 0xe0;

    /// <summary>Spurious vector and software enable (SVR).</summary>
    public const uint SpuriousVector = 0xf0;

    /// <summary>First of eight registers of interrupts in service (ISR).</summary>
    public const uint InService = 0x100;

    /// <summary>First of eight registers of trigger modes (TMR).</summary>
    public const uint TriggerMode = 0x180;

    /// <summary>First of eight registers of requests (IRR).</summary>
    public const uint Request = 0x200;

    /// <summary>Error status (ESR).</summary>
    public const uint ErrorStatus = 0x280;

    /// <summary>Local vector of the corrected machine check.</summary>
    public const uint CorrectedMachineCheckVector = 0x2f0;

    /// <summary>Interrupt command (ICR), low half; all of it in x2APIC mode.</summary>
    public const uint Command = 0x300;

    /// <summary>Interrupt command, high half; not in x2APIC mode.</summary>
    public const uint CommandHigh = 0x310;

    /// <summary>Local vector of the timer.</summary>
    public const uint TimerVector = 0x320;

    /// <summary>Local vector of the thermal sensor.</summary>
    public const uint ThermalVector = 0x330;

    /// <summary>Local vector of the performance counters.</summary>
    public const uint PerformanceVector = 0x340;

    /// <summary>Local vector of the pin LINT0.</summary>
    public const uint Lint0Vector = 0x350;

    /// <summary>Local vector of the pin LINT1.</summary>
    public const uint Lint1Vector = 0x360;

    /// <summary>Local vector of errors.</summary>
    public const uint ErrorVector = 0x370;

    /// <summary>Initial count of the timer.</summary>
    public const uint InitialCount = 0x380;

    /// <summary>Current count of the timer.</summary>
    public const uint CurrentCount = 0x390;

    /// <summary>Divide configuration of the timer.</summary>
    public const uint DivideConfiguration = 0x3e0;

    /// <summary>Self interrupt; only in x2APIC mode.</summary>
    public const uint SelfInterrupt = 0x3f0;

    /// <summary>The model-specific register that a register is in x2APIC mode.</summary>
    /// <param name="offset">Offset of the register in memory.</param>
    /// <returns>Its number.</returns>
    public static uint MsrOf(uint offset) => FirstMsr + (offset / Stride);

    /// <summary>The register that a model-specific register of x2APIC is in memory.</summary>
    /// <param name="msr">Number of the model-specific register.</param>
    /// <returns>Its offset.</returns>
    public static uint OffsetOf(uint msr) => (msr - FirstMsr) * Stride;
}
