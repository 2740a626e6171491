// What a kernel does with a local APIC, in a line each, so that the rules read as sentences: end an interrupt, send a command,
// read a bit of the big registers, switch modes.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Driver of a local APIC.</summary>
internal static class LocalApicDriver
{
    internal static void End(this LocalApic apic) => apic.Write(LocalApicRegister.EndOfInterrupt, 0);

    internal static void SetTaskPriority(this LocalApic apic, uint priority) =>
        apic.Write(LocalApicRegister.TaskPriority, priority);

    internal static bool IsRequested(this LocalApic apic, byte vector) => apic.Bit(LocalApicRegister.Request, vector);

    internal static bool IsInService(this LocalApic apic, byte vector) => apic.Bit(LocalApicRegister.InService, vector);

    internal static bool IsLevel(this LocalApic apic, byte vector) => apic.Bit(LocalApicRegister.TriggerMode, vector);

    internal static bool Bit(this LocalApic apic, uint first, byte vector) =>
        (apic.Read(first + (vector / 32u * LocalApicRegister.Stride)) & (1u << (vector % 32))) != 0;

    /// <summary>Sends an interprocessor interrupt in xAPIC mode.</summary>
    internal static void Command(
        this LocalApic apic, uint command, uint destination = 0, DestinationShorthand shorthand = default)
    {
        apic.Write(LocalApicRegister.CommandHigh, destination << 24);
        apic.Write(LocalApicRegister.Command, command | ((uint)shorthand << 18));
    }

    /// <summary>Latches and reads the error status.</summary>
    internal static LocalApicErrors Errors(this LocalApic apic)
    {
        apic.Write(LocalApicRegister.ErrorStatus, 0);
        return (LocalApicErrors)apic.Read(LocalApicRegister.ErrorStatus);
    }

    internal static ulong ReadMsr(this LocalApic apic, uint msr)
    {
        Assert.True(apic.TryReadMsr(msr, out ulong value));
        return value;
    }

    internal static ulong ReadExtended(this LocalApic apic, uint offset) => apic.ReadMsr(LocalApicRegister.MsrOf(offset));

    internal static bool WriteExtended(this LocalApic apic, uint offset, ulong value) =>
        apic.TryWriteMsr(LocalApicRegister.MsrOf(offset), value);

    /// <summary>Changes the mode bits of IA32_APIC_BASE.</summary>
    internal static bool SetMode(this LocalApic apic, ulong modeBits) => apic.TryWriteMsr(
        LocalApicRegister.BaseMsr, (apic.ReadMsr(LocalApicRegister.BaseMsr) & ~LocalApicRig.ExtendedMode) | modeBits);

    internal static void EnterExtendedMode(this LocalApic apic) => Assert.True(apic.SetMode(LocalApicRig.ExtendedMode));

    /// <summary>Takes and ends all that can be delivered.</summary>
    internal static List<byte> DeliverAll(this LocalApic apic)
    {
        List<byte> vectors = [];
        while (apic.HasDeliverable && vectors.Count < 300)
        {
            vectors.Add(apic.AcknowledgeInterrupt());
            apic.End();
        }

        return vectors;
    }
}
