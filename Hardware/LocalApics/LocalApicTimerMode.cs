// The modes of the timer as bits 18 and 17 of its local vector encode them. The fourth is reserved, and the timer stands in
// it.

namespace Managarm.Perf.Hardware;

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
