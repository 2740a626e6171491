// How a local APIC is built: what a board and a processor model fix before the first instruction. The defaults are those of a
// recent processor; they can be turned off to be an older one, or one whose hypervisor hides a feature.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>Properties of a local APIC.</summary>
public sealed record LocalApicOptions
{
    /// <summary>Initial id, 32 bits; the xAPIC id is its lowest byte.</summary>
    public uint Id { get; init; }

    /// <summary>Whether its processor starts the machine.</summary>
    public bool IsBootProcessor { get; init; }

    /// <summary>Frequency of the timer's clock before it is divided.</summary>
    public Frequency TimerFrequency { get; init; } = new(100_000_000);

    /// <summary>Bits of a physical address (MAXPHYADDR).</summary>
    public int PhysicalAddressBits { get; init; } = 46;

    /// <summary>Whether there is an x2APIC mode.</summary>
    public bool HasX2Apic { get; init; } = true;

    /// <summary>Whether the timer has the TSC-deadline mode.</summary>
    public bool HasDeadline { get; init; } = true;

    /// <summary>Whether the broadcast of the end of an interrupt can be suppressed.</summary>
    public bool CanSuppressEndBroadcast { get; init; } = true;

    /// <summary>Whether there is a local vector of corrected machine checks.</summary>
    public bool HasCorrectedMachineCheck { get; init; } = true;

    /// <summary>Whether software may send lowest-priority interrupts; recent processors only receive them.</summary>
    public bool CanSendLowestPriority { get; init; }
}
