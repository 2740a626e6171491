// The states of a local APIC that IA32_APIC_BASE selects by its bits EN and EXTD. The fourth combination cannot be entered, so
// it has a value only for the write that is refused.

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>State of a local APIC: bit 1 is EN, bit 0 is EXTD.</summary>
/// <remarks>Intel SDM volume 3A, 11.12.1, table "x2APIC operating mode configurations".</remarks>
public enum LocalApicMode : byte
{
    /// <summary>The processor behaves as one without a local APIC.</summary>
    Disabled = 0,

    /// <summary>Extended but not enabled; no state of a local APIC.</summary>
    Invalid = 1,

    /// <summary>Registers in memory.</summary>
    XApic = 2,

    /// <summary>Registers are model-specific registers.</summary>
    X2Apic = 3,
}

// The modes of the timer as bits 18 and 17 of its local vector encode them. The fourth is reserved, and the timer stands in
// it.
/// <summary>Mode of a local APIC's timer.</summary>
/// <remarks>Intel SDM volume 3A, 11.5.4, table "Local APIC timer modes".</remarks>
public enum LocalApicTimerMode : byte
{
    /// <summary>Counts down once.</summary>
    OneShot = 0,

    /// <summary>Counts down again and again.</summary>
    Periodic = 1,

    /// <summary>Waits for the time-stamp counter.</summary>
    Deadline = 2,

    /// <summary>Reserved.</summary>
    Reserved = 3,
}
