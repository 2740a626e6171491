// Rules of IA32_APIC_BASE: which states there are, the ways between them, what each keeps, and the state after power-up.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of modes and reset.</summary>
internal static class LocalApicModeRules
{
    private const ulong XApic = LocalApicRig.EnabledMode;
    private const ulong X2Apic = LocalApicRig.ExtendedMode;
    private const ulong Invalid = 0x400;

    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddReset(book);
        AddTransitions(book);
        AddBase(book);
        AddDisabling(book);
    }

    private static void AddReset(RuleBook<LocalApicDefect> book)
    {
        book.Add("power-up is disabled by software", "After power-up SVR is 0xff: disabled by software.", "11.4.7.1",
            LocalApicDefect.ResetIsEnabled, defect =>
            {
                using LocalApicRig rig = PowerUp(defect);
                Assert.Equal(0xffu, rig.First.Read(LocalApicRegister.SpuriousVector));
                Assert.False(rig.First.IsSoftwareEnabled);
            });
        book.Add("power-up masks local vectors", "After power-up local vectors are zero but for the mask.", "11.4.7.1",
            LocalApicDefect.ResetUnmasks, defect =>
            {
                using LocalApicRig rig = PowerUp(defect);
                for (uint offset = LocalApicRegister.TimerVector; offset <= LocalApicRegister.ErrorVector; offset += 0x10)
                {
                    Assert.Equal(0x10000u, rig.First.Read(offset));
                }

                Assert.Equal(0x10000u, rig.First.Read(LocalApicRegister.CorrectedMachineCheckVector));
            });
        book.Add("power-up is flat", "After power-up DFR is all ones and LDR is zero.", "11.4.7.1",
            LocalApicDefect.ResetFormatIsCluster, defect =>
            {
                using LocalApicRig rig = PowerUp(defect);
                Assert.Equal(uint.MaxValue, rig.First.Read(LocalApicRegister.DestinationFormat));
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.LogicalDestination));
            });
        book.Add("power-up clears the rest", "After power-up every other register is zero, and the id is the initial one.",
            "11.4.7.1", LocalApicDefect.ResetKeepsTaskPriority, defect =>
            {
                using LocalApicRig rig = PowerUp(defect);
                foreach (uint offset in (uint[])[0x80, 0x90, 0xa0, 0x280, 0x300, 0x310, 0x380, 0x390, 0x3e0])
                {
                    Assert.Equal(0u, rig.First.Read(offset));
                }

                for (uint offset = LocalApicRegister.InService; offset < LocalApicRegister.ErrorStatus; offset += 0x10)
                {
                    Assert.Equal(0u, rig.First.Read(offset));
                }

                Assert.Equal(0x01000000u, rig.Second.Read(LocalApicRegister.Id));
            });
        book.Add("RESET goes back to xAPIC", "RESET leads from every mode to xAPIC at the default address.", "11.12.5.1",
            LocalApicDefect.ResetKeepsExtended, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.True(rig.First.TryWriteMsr(LocalApicRegister.BaseMsr, 0xfed40d00));
                rig.First.Reset();
                Assert.Equal(0xfee00900ul, rig.First.ReadMsr(LocalApicRegister.BaseMsr));
            });
        book.Add("INIT stays in x2APIC", "INIT changes neither the mode nor the base address.", "11.12.5.1",
            LocalApicDefect.InitLeavesExtended, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.True(rig.Second.TryWriteMsr(LocalApicRegister.BaseMsr, 0xfed40c00));
                rig.Send(DeliveryMode.Init, destination: 1);
                Assert.Equal(0xfed40c00ul, rig.Second.ReadMsr(LocalApicRegister.BaseMsr));
                Assert.Equal(0xfful, rig.Second.ReadExtended(LocalApicRegister.SpuriousVector));
            });
    }

    private static void AddTransitions(RuleBook<LocalApicDefect> book)
    {
        book.Add("x2APIC does not go back", "From x2APIC to xAPIC there is no direct way; through disabled there is.",
            "11.12.5.1", LocalApicDefect.ExtendedGoesBack, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.True(rig.First.SetMode(X2Apic));
                Assert.False(rig.First.SetMode(XApic));
                Assert.Equal(LocalApicMode.X2Apic, rig.First.Mode);
                Assert.True(rig.First.SetMode(0) && rig.First.SetMode(XApic));
                Assert.Equal(LocalApicMode.XApic, rig.First.Mode);
            });
        book.Add("disabled goes to xAPIC only", "From disabled to x2APIC there is no direct way.", "11.12.5.1",
            LocalApicDefect.DisabledGoesExtended, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.True(rig.First.SetMode(0));
                Assert.False(rig.First.SetMode(X2Apic));
                Assert.False(rig.First.IsEnabled);
            });
        book.Add("the invalid mode cannot be entered", "EXTD without EN is a fault in every mode.", "11.12.5",
            LocalApicDefect.InvalidModeIsTaken, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.False(rig.First.SetMode(Invalid));
                Assert.True(rig.First.SetMode(X2Apic));
                Assert.False(rig.First.SetMode(Invalid));
                Assert.True(rig.First.SetMode(0));
                Assert.False(rig.First.SetMode(Invalid));
            });
        book.Add("the same mode may be written", "A write that changes no mode is legal in every mode.", "11.12.5",
            LocalApicDefect.SameModeIsRefused, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.True(rig.First.SetMode(XApic) && rig.First.SetMode(X2Apic) && rig.First.SetMode(X2Apic));
                Assert.True(rig.First.SetMode(0) && rig.First.SetMode(0));
            });
        book.Add("x2APIC needs the feature", "Without the feature EXTD is a reserved bit.", "11.12.1",
            LocalApicDefect.ExtendedAlwaysExists, defect =>
            {
                using var rig = new LocalApicRig(defect, options: new() { HasX2Apic = false });
                Assert.False(rig.First.SetMode(X2Apic));
            });
        book.Add("entering x2APIC keeps registers", "On the way from xAPIC to x2APIC registers keep what they hold.", "11.12.5.1",
            LocalApicDefect.ExtendingForgets, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0x30);
                rig.SendFixed(0x20);
                rig.First.EnterExtendedMode();
                Assert.Equal(0x30ul, rig.First.ReadExtended(LocalApicRegister.TaskPriority));
                Assert.Equal(1ul, rig.First.ReadExtended(LocalApicRegister.Request + 0x10));
            });
    }

    private static void AddBase(RuleBook<LocalApicDefect> book)
    {
        book.Add("low bits are reserved", "Bits 7 to 0 and 9 of the base register are reserved, and writing them is a fault.",
            "11.4.4", LocalApicDefect.BaseTakesLowBits, defect =>
            {
                using var rig = new LocalApicRig(defect);
                ulong value = rig.First.ReadMsr(LocalApicRegister.BaseMsr);
                foreach (int bit in (int[])[0, 1, 2, 3, 4, 5, 6, 7, 9])
                {
                    Assert.False(rig.First.TryWriteMsr(LocalApicRegister.BaseMsr, value | (1ul << bit)));
                }
            });
        book.Add("high bits are reserved", "Bits beyond the physical address are reserved, and writing them is a fault.",
            "11.4.4", LocalApicDefect.BaseTakesHighBits, defect =>
            {
                using var rig = new LocalApicRig(defect, options: new() { PhysicalAddressBits = 40 });
                ulong value = rig.First.ReadMsr(LocalApicRegister.BaseMsr);
                Assert.True(rig.First.TryWriteMsr(LocalApicRegister.BaseMsr, value | (1ul << 39)));
                Assert.False(rig.First.TryWriteMsr(LocalApicRegister.BaseMsr, value | (1ul << 40)));
                Assert.False(rig.First.TryWriteMsr(LocalApicRegister.BaseMsr, value | (1ul << 63)));
            });
        book.Add("the base can be moved", "Software can move the registers to another page.", "11.4.5",
            LocalApicDefect.BaseIsNotRelocated, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.Equal(0xfee00000ul, rig.First.BaseAddress);
                Assert.True(rig.First.TryWriteMsr(LocalApicRegister.BaseMsr, 0x1_fed4_0900));
                Assert.Equal(0x1_fed4_0000ul, rig.First.BaseAddress);
                Assert.True(rig.First.IsSoftwareEnabled);
            });
        book.Add("the boot processor is marked", "Bit 8 of the base register marks the boot processor, and can be written.",
            "11.4.4", LocalApicDefect.BootProcessorBitIsLost, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.Equal(0xfee00900ul, rig.First.ReadMsr(LocalApicRegister.BaseMsr));
                Assert.Equal(0xfee00800ul, rig.Second.ReadMsr(LocalApicRegister.BaseMsr));
                Assert.True(rig.First.SetMode(X2Apic));
                Assert.Equal(0xfee00d00ul, rig.First.ReadMsr(LocalApicRegister.BaseMsr));
            });
    }

    private static void AddDisabling(RuleBook<LocalApicDefect> book)
    {
        book.Add("disabling forgets", "After disabling and enabling again registers are as after power-up.", "11.4.3",
            LocalApicDefect.DisableKeepsRegisters, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                Assert.True(rig.First.SetMode(0) && rig.First.SetMode(XApic));
                Assert.False(rig.First.IsRequested(0x55));
                Assert.Equal(0xffu, rig.First.Read(LocalApicRegister.SpuriousVector));
            });
        book.Add("disabled hears nothing", "A disabled local APIC accepts no message at all.", "11.4.3",
            LocalApicDefect.DisableKeepsRegisters, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x55);
                Assert.True(rig.First.SetMode(0));
                Assert.False(rig.SendFixed(0x56) || rig.Send(DeliveryMode.Nmi) || rig.Send(DeliveryMode.Init));
                Assert.False(rig.First.HasDeliverable || rig.First.HasPendingNmi || rig.First.HasPendingInit);
                Assert.True(rig.First.SetMode(XApic));
                rig.First.Write(LocalApicRegister.SpuriousVector, LocalApicRig.Enabled);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("CR8 is there in every mode", "CR8 holds the task priority while the local APIC is disabled.", "11.8.6",
            LocalApicDefect.Cr8NeedsEnabling, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.True(rig.First.SetMode(0));
                Assert.True(rig.First.TryWriteCr8(0xa));
                Assert.Equal(0xaul, rig.First.Cr8);
                Assert.True(rig.First.SetMode(XApic));
                Assert.Equal(0xa0u, rig.First.Read(LocalApicRegister.TaskPriority));
            });
    }

    private static LocalApicRig PowerUp(LocalApicDefect defect)
    {
        var rig = new LocalApicRig(defect);
        rig.First.SetTaskPriority(0x30);
        rig.First.Reset();
        rig.Second.Reset();
        return rig;
    }
}
