// Rules of the local vector table: masks, delivery modes, the pins with their polarity and levels, and external interrupts.

using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of the local vector table.</summary>
internal static class LocalVectorRules
{
    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddSources(book);
        AddModes(book);
        AddEdges(book);
        AddLevels(book);
        AddExternal(book);
    }

    private static void AddSources(RuleBook<LocalApicDefect> book)
    {
        book.Add("every source has its vector", "Each source delivers the vector of its entry, and none while masked.", "11.5.1",
            LocalApicDefect.MaskIsIgnored, defect =>
            {
                (LocalVector Source, uint Register)[] entries =
                [
                    (LocalVector.Thermal, LocalApicRegister.ThermalVector),
                    (LocalVector.Performance, LocalApicRegister.PerformanceVector),
                    (LocalVector.CorrectedMachineCheck, LocalApicRegister.CorrectedMachineCheckVector),
                ];
                foreach ((LocalVector source, uint register) in entries)
                {
                    using var rig = new LocalApicRig(defect);
                    rig.First.Write(register, 0x10000 | 0x42);
                    Assert.False(rig.First.Signal(source));
                    rig.First.Write(register, 0x42);
                    Assert.False(rig.First.HasDeliverable);
                    Assert.True(rig.First.Signal(source));
                    Assert.Equal([0x42], rig.First.DeliverAll());
                }
            });
        book.Add("performance masks itself", "The interrupt of the performance counters sets the mask of its entry.", "11.5.1",
            LocalApicDefect.CounterStaysUnmasked, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.PerformanceVector, 0x42);
                Assert.True(rig.First.Signal(LocalVector.Performance));
                Assert.Equal(0x10042u, rig.First.Read(LocalApicRegister.PerformanceVector));
                Assert.False(rig.First.Signal(LocalVector.Performance));
            });
    }

    private static void AddModes(RuleBook<LocalApicDefect> book)
    {
        book.Add("an entry may be an NMI", "An entry with delivery mode NMI ignores its vector and the task priority.", "11.5.1",
            LocalApicDefect.LocalNmiIsSmi, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.SetTaskPriority(0xf0);
                rig.First.Write(LocalApicRegister.PerformanceVector, LocalApicRig.Nmi);
                rig.First.Signal(LocalVector.Performance);
                Assert.True(rig.First.HasPendingNmi && !rig.First.HasPendingSmi);
            });
        book.Add("INIT comes from pins only", "The delivery mode INIT is for the pins; other entries do nothing with it.",
            "11.5.1", LocalApicDefect.CounterMayInit, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.ThermalVector, LocalApicRig.Init);
                rig.First.Signal(LocalVector.Thermal);
                Assert.False(rig.First.HasPendingInit);
                rig.First.Write(LocalApicRegister.Lint1Vector, LocalApicRig.Init);
                rig.First.Drive(1, isHigh: true);
                Assert.True(rig.First.HasPendingInit);
            });
    }

    private static void AddEdges(RuleBook<LocalApicDefect> book)
    {
        book.Add("an edge is one interrupt", "A pin set to edges interrupts when it becomes active, once.", "11.5.1",
            LocalApicDefect.RepeatedLevelIsEdge, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.Lint0Vector, 0x42);
                rig.First.Drive(0, isHigh: true);
                Assert.Equal([0x42], rig.First.DeliverAll());
                rig.First.Drive(0, isHigh: true);
                rig.First.Drive(0, isHigh: false);
                Assert.False(rig.First.HasDeliverable);
                rig.First.Drive(0, isHigh: true);
                Assert.Equal([0x42], rig.First.DeliverAll());
            });
        book.Add("a masked edge is lost", "An edge while the entry is masked does not come back.", "11.5.1",
            LocalApicDefect.MaskIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.Lint1Vector, LocalApicRig.Masked | 0x42);
                rig.First.Drive(1, isHigh: true);
                rig.First.Write(LocalApicRegister.Lint1Vector, 0x42);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("a pin may be active low", "With the polarity bit a pin is active when low.", "11.5.1",
            LocalApicDefect.PolarityIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Drive(1, isHigh: true);
                rig.First.Write(LocalApicRegister.Lint1Vector, LocalApicRig.ActiveLow | 0x42);
                rig.First.Drive(1, isHigh: false);
                Assert.True(rig.First.IsRequested(0x42));
            });
        book.Add("LINT1 knows edges only", "The trigger mode of LINT1 means nothing: it is an edge.", "11.5.1",
            LocalApicDefect.SecondPinHasLevel, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Drive(1, isHigh: true);
                rig.First.Write(LocalApicRegister.Lint1Vector, LocalApicRig.Level | 0x42);
                Assert.False(rig.First.HasDeliverable);
            });
    }

    private static void AddLevels(RuleBook<LocalApicDefect> book)
    {
        const uint Entry = LocalApicRig.Level | 0x42;
        book.Add("a level waits for the mask", "An active level interrupts as soon as its entry is unmasked.", "11.5.1",
            LocalApicDefect.UnmaskDoesNotSample, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Drive(0, isHigh: true);
                rig.First.Write(LocalApicRegister.Lint0Vector, Entry);
                Assert.True(rig.First.IsRequested(0x42) && rig.First.IsLevel(0x42));
                rig.First.Write(LocalApicRegister.Lint0Vector, Entry | LocalApicRig.ActiveLow);
                rig.First.DeliverAll();
                Assert.False(rig.First.IsRequested(0x42));
            });
        book.Add("a level sets the remote request", "Acceptance of a level sets the remote request; it holds further requests "
            + "back.", "11.5.1", LocalApicDefect.LevelRepeatsInService, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.Lint0Vector, Entry);
                rig.First.Drive(0, isHigh: true);
                Assert.Equal(Entry | (1 << 14), rig.First.Read(LocalApicRegister.Lint0Vector));
                rig.First.AcknowledgeInterrupt();
                rig.First.Drive(0, isHigh: false);
                rig.First.Drive(0, isHigh: true);
                Assert.False(rig.First.IsRequested(0x42));
            });
        book.Add("a level repeats after its end", "The end of interrupt clears the remote request, and a level that is still "
            + "active interrupts again.", "11.5.1", LocalApicDefect.RemoteRequestStays, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.Lint0Vector, Entry);
                rig.First.Drive(0, isHigh: true);
                rig.First.AcknowledgeInterrupt();
                rig.First.End();
                Assert.True(rig.First.IsRequested(0x42));
                rig.First.AcknowledgeInterrupt();
                rig.First.Drive(0, isHigh: false);
                rig.First.End();
                Assert.False(rig.First.IsRequested(0x42));
                Assert.Equal(Entry, rig.First.Read(LocalApicRegister.Lint0Vector));
            });
    }

    private static void AddExternal(RuleBook<LocalApicDefect> book)
    {
        book.Add("an external interrupt passes", "A pin set to ExtINT passes the controller's request on while it lasts, unless "
            + "masked.", "11.5.1", LocalApicDefect.MaskedExternalPasses, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.HasRequest = true;
                rig.First.Write(LocalApicRegister.Lint0Vector, LocalApicRig.External | LocalApicRig.Masked);
                Assert.False(rig.First.HasExternalInterrupt);
                rig.First.Write(LocalApicRegister.Lint0Vector, LocalApicRig.External);
                Assert.True(rig.First.HasExternalInterrupt);
                rig.HasRequest = false;
                Assert.False(rig.First.HasExternalInterrupt);
                rig.First.Drive(0, isHigh: true);
                Assert.True(rig.First.HasExternalInterrupt);
            });
        book.Add("an external vector is not in service", "The vector of an external interrupt is in neither IRR nor ISR.",
            "11.5.1", LocalApicDefect.ExternalIsInService, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.Lint0Vector, LocalApicRig.External);
                rig.HasRequest = true;
                Assert.Equal(0x08, rig.First.AcknowledgeExternalInterrupt());
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.ProcessorPriority));
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.InService));
            });
        book.Add("pins without a local APIC", "With the local APIC disabled LINT0 is INTR and LINT1 is NMI.", "11.5.1",
            LocalApicDefect.DisabledPinsAreDead, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.True(rig.First.SetMode(0));
                rig.First.Drive(1, isHigh: true);
                Assert.True(rig.First.TakeNmi());
                rig.HasRequest = true;
                Assert.True(rig.First.HasExternalInterrupt);
                Assert.Equal(0x08, rig.First.AcknowledgeExternalInterrupt());
            });
    }
}
