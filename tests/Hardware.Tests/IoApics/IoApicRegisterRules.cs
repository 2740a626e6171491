// Rules of the registers: index and window, id, version, arbitration, and which bits of an entry can be read and written.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.IoApics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Rules of the registers of an I/O APIC.</summary>
internal static class IoApicRegisterRules
{
    private const string Select = "3.1.1 IOREGSEL";
    private const string Window = "3.1.2 IOWIN";
    private const string IdSection = "3.2.1 IOAPICID";
    private const string VersionSection = "3.2.2 IOAPICVER";
    private const string ArbitrationSection = "3.2.3 IOAPICARB";
    private const string Entries = "3.2.4 IOREDTBL";

    internal static void AddTo(RuleBook<IoApicDefect> book)
    {
        AddWindow(book);
        AddIdentification(book);
        AddEntries(book);
        AddEntryBits(book);
    }

    private static void AddWindow(RuleBook<IoApicDefect> book)
    {
        book.Add("the index has eight bits", "Bits 31 to 8 of IOREGSEL are reserved and read as zeros.",
            Select, IoApicDefect.IndexKeepsReservedBits, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.Apic.Write(IoApic.SelectOffset, 0xffff_ff01);
                Assert.Equal(1u, machine.Apic.Read(IoApic.SelectOffset));
                Assert.Equal(0x17_0020u, machine.Apic.Read(IoApic.WindowOffset));
            });
        book.Add("entries lie at 10h to 3Fh", "An index beyond the last entry names no register, not an entry again.",
            "3.0 register description", IoApicDefect.IndexAliases, defect =>
            {
                using var machine = new IoApicMachine(defect);
                Assert.Equal(Masked, machine.Read(0x3e));
                Assert.Equal(0u, machine.Read(0x50));
                machine.Write(0x50, 0x42);
                Assert.Equal(Masked, machine.Read(0x10));
            });
        book.Add("an index without a register reads as zeros", "Indexes 3 to Fh and from 40h on read as zeros.",
            "3.0 register description", IoApicDefect.UnknownIndexReadsOnes, defect =>
            {
                using var machine = new IoApicMachine(defect);
                for (uint index = 3; index < 0x100; index++)
                {
                    if (index is < 0x10 or >= 0x40)
                    {
                        machine.Write(index, uint.MaxValue);
                        Assert.Equal(0u, machine.Read(index));
                    }
                }
            });
        book.Add("an offset without a register does nothing", "Only offsets 0, 10h and 40h are decoded.",
            Window, IoApicDefect.OffsetsAlias, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.Apic.Write(IoApic.SelectOffset, VersionIndex);
                machine.Apic.Write(0x04, 0x10);
                Assert.Equal(VersionIndex, machine.Apic.Read(IoApic.SelectOffset));
                Assert.Equal(0u, machine.Apic.Read(0x14));
                Assert.Equal(0u, machine.Apic.Read(0x1000));
            });
        book.Add("the EOI register is only written", "Reading offset 40h gives zeros.",
            "ICH: EOIR", IoApicDefect.EndRegisterIsReadable, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.EndDirectly(0x42);
                Assert.Equal(0u, machine.Apic.Read(IoApic.EndOffset));
            });
    }

    private static void AddIdentification(RuleBook<IoApicDefect> book)
    {
        book.Add("the id has four bits", "Bits 27 to 24 of IOAPICID are writable, all others reserved.",
            IdSection, IoApicDefect.IdKeepsReservedBits, defect =>
            {
                using var machine = new IoApicMachine(defect);
                Assert.Equal(0u, machine.Read(IdIndex));
                machine.Write(IdIndex, uint.MaxValue);
                Assert.Equal(0x0f00_0000u, machine.Read(IdIndex));
            });
        book.Add("the version names the last entry", "Bits 23 to 16 of IOAPICVER are the number of entries less one.",
            VersionSection, IoApicDefect.VersionGivesCount, defect =>
            {
                using var machine = new IoApicMachine(defect);
                Assert.Equal(IoApic.EntryCount - 1u, machine.Read(VersionIndex) >> 16);
            });
        book.Add("the 82093AA has version 11h", "The lowest byte of IOAPICVER is 11h, and 20h where there is an EOI register.",
            VersionSection, IoApicDefect.VersionIsAlwaysNew, defect =>
            {
                using var machine = new IoApicMachine(defect);
                Assert.Equal(0x20u, machine.Read(VersionIndex) & 0xff);
                using var old = new IoApicMachine(defect, hasEndRegister: false);
                Assert.Equal(0x17_0011u, old.Read(VersionIndex));
            });
        book.Add("version and arbitration are read-only", "Writes to IOAPICVER and IOAPICARB change nothing.",
            "3.2.2, 3.2.3", IoApicDefect.ReadOnlyRegistersReachId, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.Write(VersionIndex, uint.MaxValue);
                machine.Write(ArbitrationIndex, uint.MaxValue);
                Assert.Equal(0x17_0020u, machine.Read(VersionIndex));
                Assert.Equal(0u, machine.Read(ArbitrationIndex));
                Assert.Equal(0u, machine.Read(IdIndex));
            });
        book.Add("the arbitration id follows the id", "IOAPICARB is loaded when IOAPICID is written.",
            ArbitrationSection, IoApicDefect.ArbitrationIgnoresId, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.Write(IdIndex, 0x0a00_0000);
                Assert.Equal(0x0a00_0000u, machine.Read(ArbitrationIndex));
            });
    }

    private static void AddEntries(RuleBook<IoApicDefect> book)
    {
        book.Add("entries begin masked", "After power-on every entry is masked and otherwise zero.",
            Entries, IoApicDefect.ResetUnmasks, defect =>
            {
                using var machine = new IoApicMachine(defect);
                for (int entry = 0; entry < IoApic.EntryCount; entry++)
                {
                    Assert.Equal(Masked, machine.ReadLow(entry));
                    Assert.Equal(0u, machine.ReadHigh(entry));
                }
            });
        book.Add("the low half comes first", "The lower index of an entry is its bits 31 to 0.",
            Entries, IoApicDefect.HalvesAreSwapped, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.Write(0x14, Masked | 0x33);
                machine.Write(0x15, 0x0700_0000);
                machine.WriteLow(3, 0);
                Assert.Equal(Masked | 0x33, machine.Read(0x14));
                Assert.Equal(0x0700_0000u, machine.Read(0x15));
                machine.Apic.Write(IoApic.SelectOffset, 0x14);
                machine.Apic.Write(IoApic.WindowOffset, 0x44);
                machine.Raise(2);
                Assert.Equal(new InterruptMessage(0x44, DeliveryMode.Fixed, false, 7, false), machine.Last());
            });
        book.Add("a line that does not exist is ignored", "There are 24 inputs, INTIN0 to INTIN23.",
            "2.0 signal description", IoApicDefect.LinesWrap, defect =>
            {
                using var machine = new IoApicMachine(defect);
                for (int entry = 0; entry < IoApic.EntryCount; entry++)
                {
                    machine.WriteLow(entry, 0x40);
                }

                machine.Raise(-1, IoApic.EntryCount, int.MaxValue, int.MinValue);
                Assert.Equal(0, machine.SentCount);
                machine.Raise(IoApic.EntryCount - 1);
                Assert.Equal(1, machine.SentCount);
            });
    }

    private static void AddEntryBits(RuleBook<IoApicDefect> book)
    {
        book.Add("reserved bits of an entry read as zeros", "Bits 55 to 17 cannot be written.",
            Entries, IoApicDefect.EntryKeepsReservedBits, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.WriteHigh(5, uint.MaxValue);
                machine.WriteLow(5, uint.MaxValue);
                Assert.Equal(0xff00_0000u, machine.ReadHigh(5));
                Assert.Equal(0x1_afffu, machine.ReadLow(5));
                machine.WriteHigh(5, 0);
                machine.WriteLow(5, 0);
                Assert.Equal(0u, machine.ReadHigh(5) | machine.ReadLow(5));
            });
        book.Add("the delivery status is read-only", "Writing bit 12 does not change it.",
            "3.2.4 delivery status", IoApicDefect.DeliveryStatusIsWritable, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.WriteLow(5, Pending | 0x50);
                Assert.Equal(0x50u, machine.ReadLow(5));
                machine.Bus.Accepts = false;
                machine.Raise(5);
                machine.WriteLow(5, 0x50);
                Assert.Equal(Pending | 0x50, machine.ReadLow(5));
            });
        book.Add("remote IRR is read-only", "Writing bit 14 neither sets nor clears it.",
            "3.2.4 remote IRR", IoApicDefect.RemoteIrrIsWritable, defect =>
            {
                using var machine = new IoApicMachine(defect);
                machine.WriteLow(5, Level | RemoteIrr | 0x50);
                Assert.False(machine.Has(5, RemoteIrr));
                machine.Raise(5);
                machine.WriteLow(5, Level | 0x50);
                Assert.True(machine.Has(5, RemoteIrr));
            });
    }
}
