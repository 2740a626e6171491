// Rules of the register map: what answers where in which mode, and what is a fault as a model-specific register.

using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of registers.</summary>
internal static class LocalApicRegisterRules
{
    private static readonly uint[] readOnly =
    [
        LocalApicRegister.Id, LocalApicRegister.Version, LocalApicRegister.ProcessorPriority,
        LocalApicRegister.LogicalDestination, LocalApicRegister.CurrentCount,
        .. Words(LocalApicRegister.InService), .. Words(LocalApicRegister.TriggerMode),
        .. Words(LocalApicRegister.Request),
    ];

    private static readonly uint[] writeOnly = [LocalApicRegister.EndOfInterrupt, LocalApicRegister.SelfInterrupt];

    private static readonly uint[] readWrite =
    [
        LocalApicRegister.TaskPriority, LocalApicRegister.SpuriousVector, LocalApicRegister.ErrorStatus,
        LocalApicRegister.CorrectedMachineCheckVector, LocalApicRegister.Command, LocalApicRegister.TimerVector,
        LocalApicRegister.ThermalVector, LocalApicRegister.PerformanceVector, LocalApicRegister.Lint0Vector,
        LocalApicRegister.Lint1Vector, LocalApicRegister.ErrorVector, LocalApicRegister.InitialCount,
        LocalApicRegister.DivideConfiguration,
    ];

    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddModes(book);
        AddAccess(book);
        AddBits(book);
        AddVersion(book);
    }

    private static void AddModes(RuleBook<LocalApicDefect> book)
    {
        book.Add("registers in memory in xAPIC only", "In x2APIC mode and disabled nothing answers in memory.", "11.12.2",
            LocalApicDefect.MemoryAlwaysAnswers, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.EnterExtendedMode();
                rig.First.Write(LocalApicRegister.TaskPriority, 0x30);
                Assert.Equal(uint.MaxValue, rig.First.Read(LocalApicRegister.Version));
                Assert.Equal(0ul, rig.First.Cr8);
                Assert.True(rig.First.SetMode(0));
                Assert.Equal(uint.MaxValue, rig.First.Read(LocalApicRegister.Version));
            });
        book.Add("model-specific registers in x2APIC only", "Outside of x2APIC mode the registers from 0x800 are a fault.",
            "11.12.1.2", LocalApicDefect.ExtendedMsrAlwaysAnswers, defect =>
            {
                using var rig = new LocalApicRig(defect);
                for (uint msr = LocalApicRegister.FirstMsr; msr <= LocalApicRegister.LastMsr; msr++)
                {
                    Assert.False(rig.First.TryReadMsr(msr, out _) || rig.First.TryWriteMsr(msr, 0));
                }
            });
    }

    private static void AddAccess(RuleBook<LocalApicDefect> book)
    {
        book.Add("the map of x2APIC", "In x2APIC mode exactly the registers of the map answer; the rest of 0x800 to 0x8ff is a "
            + "fault.", "11.12.1.2", LocalApicDefect.MemoryOnlyIsExtended, defect =>
            {
                for (uint offset = 0; offset < 0x1000; offset += LocalApicRegister.Stride)
                {
                    using var rig = new LocalApicRig(defect);
                    rig.First.EnterExtendedMode();
                    bool canRead = readOnly.Contains(offset) || readWrite.Contains(offset);
                    bool canWrite = writeOnly.Contains(offset) || readWrite.Contains(offset);
                    Assert.Equal(canRead, rig.First.TryReadMsr(LocalApicRegister.MsrOf(offset), out _));
                    Assert.Equal(canWrite, rig.First.WriteExtended(offset, 0));
                }

                using var other = new LocalApicRig(defect);
                Assert.False(other.First.TryReadMsr(0x900, out _) || other.First.TryReadMsr(0x7ff, out _));
            });
        book.Add("read-only is a fault", "In x2APIC mode a write of a read-only register is a fault.", "11.12.1.2",
            LocalApicDefect.ReadOnlyIsWritten, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.EnterExtendedMode();
                Assert.All(readOnly, offset => Assert.False(rig.First.WriteExtended(offset, 0)));
            });
        book.Add("write-only is a fault", "In x2APIC mode a read of a write-only register is a fault.", "11.12.1.2",
            LocalApicDefect.WriteOnlyIsRead, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.EnterExtendedMode();
                Assert.All(writeOnly, offset => Assert.False(rig.First.TryReadMsr(LocalApicRegister.MsrOf(offset), out _)));
            });
    }

    private static void AddBits(RuleBook<LocalApicDefect> book)
    {
        book.Add("high halves are reserved", "In x2APIC mode bits 63 to 32 are a fault but for the command register.",
            "11.12.1.2", LocalApicDefect.HighHalfIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.EnterExtendedMode();
                foreach (uint offset in readWrite.Concat(writeOnly))
                {
                    Assert.Equal(offset == LocalApicRegister.Command, rig.First.WriteExtended(offset, 0x1_0000_0000));
                }
            });
        book.Add("reserved bits are a fault", "In x2APIC mode setting a reserved bit is a fault, and nothing changes.",
            "11.12.1.3", LocalApicDefect.ReservedBitsAreIgnored, defect =>
            {
                (uint Offset, uint Legal)[] masks =
                [
                    (LocalApicRegister.TaskPriority, 0xff), (LocalApicRegister.EndOfInterrupt, 0),
                    (LocalApicRegister.SpuriousVector, 0x11ff), (LocalApicRegister.ErrorStatus, 0),
                    (LocalApicRegister.Command, 0xccfff), (LocalApicRegister.TimerVector, 0x710ff),
                    (LocalApicRegister.ThermalVector, 0x117ff), (LocalApicRegister.PerformanceVector, 0x117ff),
                    (LocalApicRegister.CorrectedMachineCheckVector, 0x117ff), (LocalApicRegister.Lint0Vector, 0x1f7ff),
                    (LocalApicRegister.Lint1Vector, 0x1f7ff), (LocalApicRegister.ErrorVector, 0x110ff),
                    (LocalApicRegister.InitialCount, uint.MaxValue), (LocalApicRegister.DivideConfiguration, 0xb),
                    (LocalApicRegister.SelfInterrupt, 0xff),
                ];
                foreach ((uint offset, uint legal) in masks)
                {
                    for (int bit = 0; bit < 32; bit++)
                    {
                        using var rig = new LocalApicRig(defect);
                        rig.First.EnterExtendedMode();
                        bool isLegal = (legal & (1u << bit)) != 0;
                        Assert.Equal(isLegal, rig.First.WriteExtended(offset, 1ul << bit));
                    }
                }
            });
        book.Add("reserved bits in memory stay zero", "In memory reserved and read-only bits ignore what is written.", "11.4.1",
            LocalApicDefect.CommandStaysBusy, defect =>
            {
                (uint Offset, uint Expected)[] written =
                [
                    (LocalApicRegister.Id, 0xff000000), (LocalApicRegister.TaskPriority, 0xff),
                    (LocalApicRegister.LogicalDestination, 0xff000000), (LocalApicRegister.SpuriousVector, 0x11ff),
                    (LocalApicRegister.CommandHigh, 0xff000000), (LocalApicRegister.Command, 0xccfff),
                    (LocalApicRegister.TimerVector, 0x700ff), (LocalApicRegister.ThermalVector, 0x107ff),
                    (LocalApicRegister.Lint0Vector, 0x1a7ff), (LocalApicRegister.ErrorVector, 0x100ff),
                    (LocalApicRegister.DivideConfiguration, 0xb), (LocalApicRegister.InitialCount, 0),
                    (LocalApicRegister.RemoteRead, 0), (LocalApicRegister.EndOfInterrupt, 0),
                ];
                using var rig = new LocalApicRig(defect);
                foreach ((uint offset, uint expected) in written)
                {
                    rig.First.Write(offset, offset == LocalApicRegister.InitialCount ? 0 : uint.MaxValue);
                    Assert.Equal(expected, rig.First.Read(offset));
                }
            });
        book.Add("registers lie at every 16 bytes", "Between two registers nothing is read or written.", "11.4.1",
            LocalApicDefect.RegistersRepeat, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.TaskPriority + 4, 0x30);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.TaskPriority));
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.Version + 8));
                Assert.Equal(LocalApicErrors.None, rig.First.Errors());
            });
    }

    private static void AddVersion(RuleBook<LocalApicDefect> book)
    {
        book.Add("the version shows suppression", "Bit 24 of the version tells that broadcasts can be suppressed; without it bit "
            + "12 of SVR is reserved.", "11.4.8", LocalApicDefect.VersionHidesSuppression, defect =>
            {
                using var rig = new LocalApicRig(defect);
                Assert.Equal(0x01060015u, rig.First.Read(LocalApicRegister.Version));
                using var old = new LocalApicRig(defect, options: new() { CanSuppressEndBroadcast = false });
                old.First.Write(LocalApicRegister.SpuriousVector, 0x11ff);
                Assert.Equal(0x1ffu, old.First.Read(LocalApicRegister.SpuriousVector));
                Assert.Equal(0x00060015u, old.First.Read(LocalApicRegister.Version));
            });
        book.Add("the version counts local vectors", "Bits 23 to 16 of the version are the number of local vectors less one.",
            "11.4.8", LocalApicDefect.VersionCountsTooMany, defect =>
            {
                using var rig = new LocalApicRig(defect, options: new() { HasCorrectedMachineCheck = false });
                Assert.Equal(5u, (rig.First.Read(LocalApicRegister.Version) >> 16) & 0xff);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.CorrectedMachineCheckVector));
                Assert.Equal(LocalApicErrors.IllegalRegisterAddress, rig.First.Errors());
                Assert.False(rig.First.Signal(LocalVector.CorrectedMachineCheck));
            });
    }

    private static IEnumerable<uint> Words(uint first) => Enumerable.Range(0, 8).Select(index => first + ((uint)index * 0x10));
}
