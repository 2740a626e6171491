// Rules of the end of an interrupt: the broadcast of a local APIC and the EOI register, which does the same for this I/O APIC
// only.

using Managarm.Perf.Hardware.IoApics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Rules of the end of level-triggered interrupts.</summary>
internal static class IoApicEndRules
{
    private const string RemoteIrrSection = "3.2.4 remote IRR";
    private const string EndRegister = "ICH: EOIR";
    private const byte Vector = 0x53;

    internal static void AddTo(RuleBook<IoApicDefect> book)
    {
        AddBroadcast(book);
        AddDirected(book);
    }

    private static void AddBroadcast(RuleBook<IoApicDefect> book)
    {
        book.Add("an end must have the vector", "An end clears remote IRR of entries with its vector, as they are written now.",
            RemoteIrrSection, IoApicDefect.EndIgnoresVector, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Lower(4);
                machine.End(Vector + 1);
                Assert.True(machine.Has(4, RemoteIrr));
                machine.WriteLow(4, Level | 0x63);
                machine.End(Vector);
                Assert.True(machine.Has(4, RemoteIrr));
                machine.End(0x63);
                Assert.Equal(Level | 0x63u, machine.ReadLow(4));
            });
        book.Add("an end is for all entries with the vector", "Entries that share a vector are cleared together.",
            RemoteIrrSection, IoApicDefect.EndStopsAtFirst, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(9, Level | Lowest | Vector);
                machine.Raise(9);
                machine.Lower(4, 9);
                machine.End(Vector);
                Assert.False(machine.Has(4, RemoteIrr));
                Assert.False(machine.Has(9, RemoteIrr));
            });
        book.Add("an end reaches masked entries", "Remote IRR of a masked entry is cleared, and nothing is sent.",
            RemoteIrrSection, IoApicDefect.EndSkipsMasked, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Level | Masked | Vector);
                machine.End(Vector);
                Assert.False(machine.Has(4, RemoteIrr));
                Assert.Equal(1, machine.SentCount);
                machine.WriteLow(4, Level | Vector);
                Assert.Equal(2, machine.SentCount);
            });
        book.Add("a standing level is sent again at its end", "Remote IRR is set anew when that is accepted.",
            RemoteIrrSection, IoApicDefect.EndDoesNotResend, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.End(Vector);
                Assert.Equal(2, machine.SentCount);
                Assert.True(machine.Has(4, RemoteIrr));
                machine.Lower(4);
                machine.End(Vector);
                Assert.Equal(2, machine.SentCount);
            });
        book.Add("an end does not lift the mask", "A masked line that still stands is not sent at the end.",
            "3.2.4 interrupt mask", IoApicDefect.MaskIgnored, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Level | Masked | Vector);
                machine.End(Vector);
                Assert.Equal(1, machine.SentCount);
            });
    }

    private static void AddDirected(RuleBook<IoApicDefect> book)
    {
        book.Add("the EOI register ends", "A vector written to offset 40h acts as a broadcast; a standing level is sent again.",
            EndRegister, IoApicDefect.EndRegisterIgnored, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.EndDirectly(Vector + 1);
                Assert.Equal(1, machine.SentCount);
                machine.EndDirectly(Vector);
                Assert.Equal(2, machine.SentCount);
                machine.Lower(4);
                machine.EndDirectly(Vector);
                Assert.Equal(Level | Vector, machine.ReadLow(4));
            });
        book.Add("the EOI register has eight bits", "Bits 31 to 8 are ignored.",
            EndRegister, IoApicDefect.EndRegisterNeedsZeros, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Lower(4);
                machine.EndDirectly(0xabcd_ef00 | Vector);
                Assert.False(machine.Has(4, RemoteIrr));
            });
        book.Add("the 82093AA has no EOI register", "There only the broadcast ends.",
            "3.0 register description", IoApicDefect.EndRegisterInOldVersion, defect =>
            {
                using var machine = new IoApicMachine(defect, hasEndRegister: false);
                machine.WriteLow(4, Level | Vector);
                machine.Raise(4);
                machine.EndDirectly(Vector);
                Assert.Equal(1, machine.SentCount);
                machine.End(Vector);
                Assert.Equal(2, machine.SentCount);
            });
    }

    // Entry 4 is a level that was accepted and still stands.
    private static IoApicMachine Build(IoApicDefect defect)
    {
        var machine = new IoApicMachine(defect);
        machine.WriteLow(4, Level | Vector);
        machine.Raise(4);
        return machine;
    }
}
