// Rules of what a message does when it arrives, enabled and not: vectors, the non-maskable and the system management
// interrupt, INIT and start-up.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of acceptance.</summary>
internal static class LocalApicMessageRules
{
    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddDisabled(book);
        AddSignals(book);
        AddInit(book);
        AddStartUp(book);
    }

    private static void AddDisabled(RuleBook<LocalApicDefect> book)
    {
        book.Add("disabled refuses vectors", "While software keeps it disabled, a local APIC accepts no vector.", "11.4.7.2",
            LocalApicDefect.DisabledAcceptsFixed, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0xff);
                Assert.False(rig.SendFixed(0x55));
                Assert.False(rig.First.IsRequested(0x55));
            });
        book.Add("disabled accepts the rest", "While software keeps it disabled, NMI, SMI, INIT and start-up come through.",
            "11.4.7.2", LocalApicDefect.DisabledRefusesNmi, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.Second.Write(LocalApicRegister.SpuriousVector, 0xff);
                Assert.True(rig.Send(DeliveryMode.Smi, destination: 1));
                Assert.True(rig.Second.TakeSmi());
                Assert.True(rig.Send(DeliveryMode.Nmi, destination: 1));
                Assert.True(rig.Second.TakeNmi());
                Assert.True(rig.Send(DeliveryMode.Init, destination: 1));
                rig.First.Command(LocalApicRig.StartUp, 1);
                Assert.True(rig.Second.TakeInit() && rig.Second.TakeStartUp(out _));
            });
        book.Add("disabled keeps what is pending", "Requests and services stay when software disables the local APIC.",
            "11.4.7.2", LocalApicDefect.DisableDropsRequests, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.SendFixed(0x80);
                rig.First.AcknowledgeInterrupt();
                rig.SendFixed(0x55);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0xff);
                Assert.True(rig.First.IsRequested(0x55) && rig.First.IsInService(0x80));
                rig.First.End();
                rig.First.Write(LocalApicRegister.SpuriousVector, 0x1ff);
                Assert.Equal([0x55], rig.First.DeliverAll());
            });
        book.Add("disabled masks local vectors", "Disabling by software sets every mask of the local vector table.", "11.4.7.2",
            LocalApicDefect.DisableDoesNotMask, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.TimerVector, 0x40);
                rig.First.Write(LocalApicRegister.Lint0Vector, 0x41);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0xff);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0x1ff);
                Assert.Equal(0x10040u, rig.First.Read(LocalApicRegister.TimerVector));
                Assert.Equal(0x10041u, rig.First.Read(LocalApicRegister.Lint0Vector));
            });
        book.Add("disabled keeps masks", "While software keeps it disabled, masks cannot be cleared.", "11.4.7.2",
            LocalApicDefect.DisabledUnmasks, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0xff);
                rig.First.Write(LocalApicRegister.ThermalVector, 0x40);
                Assert.Equal(0x10040u, rig.First.Read(LocalApicRegister.ThermalVector));
            });
    }

    private static void AddSignals(RuleBook<LocalApicDefect> book)
    {
        book.Add("a level taken back is nothing", "A level-triggered message that is de-asserted requests nothing.", "11.11.2",
            LocalApicDefect.DeassertedLevelRequests, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.False(rig.SendFixed(0x55, isLevel: true, isAsserted: false));
                Assert.False(rig.First.IsRequested(0x55));
            });
        book.Add("one NMI waits", "However many non-maskable interrupts come while one is handled, one is pending.", "11.8.1",
            LocalApicDefect.TakenSignalStays, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0xf0);
                rig.Send(DeliveryMode.Nmi);
                Assert.True(rig.First.TakeNmi());
                Assert.False(rig.First.HasPendingNmi);
                rig.Send(DeliveryMode.Nmi);
                rig.Send(DeliveryMode.Nmi);
                Assert.True(rig.First.HasPendingNmi && rig.First.TakeNmi());
                Assert.False(rig.First.TakeNmi());
            });
        book.Add("an external message is pending until fetched",
            "An ExtINT message makes the processor fetch the vector outside.", "11.6.1",
            LocalApicDefect.ExternalIsInService, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.True(rig.Send(DeliveryMode.External));
                Assert.True(rig.First.HasExternalInterrupt);
                Assert.Equal(0x08, rig.First.AcknowledgeExternalInterrupt());
                Assert.False(rig.First.HasExternalInterrupt);
                Assert.False(rig.First.IsInService(0x08));
            });
    }

    private static void AddInit(RuleBook<LocalApicDefect> book)
    {
        book.Add("INIT resets registers", "INIT puts every register but the id into its power-up state.", "11.4.7.3",
            LocalApicDefect.ResetIsEnabled, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.Second.SetTaskPriority(0x30);
                rig.SendFixed(0x20, 1);
                rig.Second.Write(LocalApicRegister.LogicalDestination, 0x55000000);
                rig.Send(DeliveryMode.Init, destination: 1);
                Assert.Equal(0xffu, rig.Second.Read(LocalApicRegister.SpuriousVector));
                Assert.Equal(0u, rig.Second.Read(LocalApicRegister.TaskPriority));
                Assert.Equal(0u, rig.Second.Read(LocalApicRegister.LogicalDestination));
                Assert.False(rig.Second.IsRequested(0x20));
            });
        book.Add("INIT keeps the id", "INIT leaves the id, even one that software wrote.", "11.4.7.3",
            LocalApicDefect.InitLosesId, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.Second.Write(LocalApicRegister.Id, 0x77000000);
                rig.Send(DeliveryMode.Init, destination: 0x77);
                Assert.True(rig.Second.HasPendingInit);
                Assert.Equal(0x77000000u, rig.Second.Read(LocalApicRegister.Id));
            });
        book.Add("INIT forgets NMI", "INIT forgets what was latched for the processor.", "11.4.7.3",
            LocalApicDefect.InitKeepsNmi, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.Send(DeliveryMode.Nmi, destination: 1);
                rig.Send(DeliveryMode.Init, destination: 1);
                Assert.False(rig.Second.HasPendingNmi);
            });
        book.Add("the boot processor does not wait",
            "After INIT the boot processor begins at once; the others wait for start-up.", "11.4.7.3",
            LocalApicDefect.BootProcessorWaits, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.Send(DeliveryMode.Init, destination: 0xff);
                Assert.True(rig.First.TakeInit() && rig.Second.TakeInit());
                Assert.False(rig.First.IsWaitingForStartUp);
                Assert.True(rig.Second.IsWaitingForStartUp);
            });
        book.Add("INIT de-assert does nothing", "INIT level de-assert has no effect on recent processors.", "11.4.7.4",
            LocalApicDefect.InitDeassertInits, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(LocalApicRig.Init | LocalApicRig.Level, 1);
                Assert.False(rig.Second.HasPendingInit);
                rig.First.Command(LocalApicRig.Init | LocalApicRig.Level | LocalApicRig.Assert, 1);
                Assert.True(rig.Second.HasPendingInit);
            });
    }

    private static void AddStartUp(RuleBook<LocalApicDefect> book)
    {
        book.Add("start-up names a page", "The vector of a start-up message is the page to begin at.", "11.6.1",
            LocalApicDefect.StartAddressIsParagraph, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(LocalApicRig.StartUp | 0x9a, 1);
                Assert.True(rig.Second.TakeStartUp(out uint address));
                Assert.Equal(0x9a000u, address);
            });
        book.Add("start-up counts when waiting", "A start-up message to a processor that runs is ignored.", "11.4.7.3",
            LocalApicDefect.StartUpAlwaysCounts, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.Second.Command(LocalApicRig.StartUp | 0x9a, 0);
                Assert.False(rig.First.HasPendingStartUp);
            });
        book.Add("start-up counts once", "Of two start-up messages after INIT the first counts.", "11.4.7.3",
            LocalApicDefect.StartUpCountsTwice, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(LocalApicRig.Init | LocalApicRig.Assert, 1);
                rig.First.Command(LocalApicRig.StartUp | 0x10, 1);
                rig.First.Command(LocalApicRig.StartUp | 0x20, 1);
                Assert.True(rig.Second.TakeStartUp(out uint address));
                Assert.Equal(0x10000u, address);
                Assert.False(rig.Second.IsWaitingForStartUp);
            });
        book.Add("INIT may come before start-up is taken", "INIT and start-up are both pending when the processor looks late.",
            "11.4.7.3", LocalApicDefect.TakenSignalStays, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(LocalApicRig.Init | LocalApicRig.Assert, 1);
                rig.First.Command(LocalApicRig.StartUp | 0x10, 1);
                Assert.True(rig.Second.TakeInit() && rig.Second.HasPendingStartUp);
                Assert.True(rig.Second.TakeStartUp(out _));
                Assert.False(rig.Second.TakeInit() || rig.Second.HasPendingStartUp);
            });
    }
}
