// The interrupt vectors of thor (kernel/thor/arch/x86/ints.cpp, system.cpp). The upper four bits of a vector are its priority
// class, so the timer goes before everything and a device before no other class but its own.

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Interrupt vectors as the kernel assigns them.</summary>
public static class Vectors
{
    /// <summary>First vector of the device interrupts; slot n has this plus n.</summary>
    public const byte FirstDevice = 64;

    /// <summary>Number of device slots.</summary>
    public const int DeviceCount = 64;

    /// <summary>Spurious interrupt: not acknowledged by an end of interrupt.</summary>
    public const byte Spurious = 0x81;

    /// <summary>Asks every processor to drop translations.</summary>
    public const byte Shootdown = 0xf0;

    /// <summary>Asks a processor to look at its run queue.</summary>
    public const byte Ping = 0xf1;

    /// <summary>Timer of the local APIC.</summary>
    public const byte Timer = 0xff;
}
