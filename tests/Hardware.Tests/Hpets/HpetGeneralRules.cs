// Rules of the registers that belong to no comparator: what the block is capable of, and what it holds at power-on.

using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Rules of the general registers.</summary>
internal static class HpetGeneralRules
{
    private const string Capability = "2.3.4 General capabilities and ID";
    private const string Configuring = "2.3.5 General configuration";

    internal static void AddTo(RuleBook<HpetDefect> book)
    {
        AddCapabilities(book);
        AddPowerOn(book);
        AddAccess(book);
    }

    private static void AddCapabilities(RuleBook<HpetDefect> book)
    {
        book.Add("capabilities", "Revision 1, a counter of 64 bits, and the number of the last comparator; read-only.",
            Capability, HpetDefect.TimersAreMiscounted, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Capabilities] = ulong.MaxValue;
                Assert.Equal(0x8086_a201u, machine.Hpet.Read(Capabilities));
            });
        book.Add("the tick is told in femtoseconds", "The upper half of the capabilities is the time of a tick.",
            Capability, HpetDefect.PeriodIsNanoseconds, defect =>
            {
                using var machine = new HpetMachine(defect, new() { PeriodFemtoseconds = 69_841_279 });
                Assert.Equal(69_841_279u, machine.Hpet.Read(Capabilities + 4));
                machine.Start();
                machine.Clock.AdvanceBy(1_000_000_000);
                Assert.Equal(14_318_179ul, machine.Counter);
            });
        book.Add("legacy needs its capability", "Without the capability legacy replacement cannot be set.",
            Capability, HpetDefect.LegacyWithoutCapability, defect =>
            {
                using var machine = new HpetMachine(defect, new() { HasLegacyReplacement = false });
                Assert.Equal(0x8086_2201u, machine.Hpet.Read(Capabilities));
                machine[General] = Enable | Legacy;
                Assert.Equal(Enable, machine[General]);
            });
    }

    private static void AddPowerOn(RuleBook<HpetDefect> book)
    {
        book.Add("power-on", "After reset the counter is zero and halted, and no status is set.",
            Configuring, HpetDefect.PowerOnIsEnabled, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Advance(1000);
                Assert.Equal((0ul, 0ul, 0ul), (machine[General], machine[Status], machine.Counter));
            });
        book.Add("comparators at power-on", "After reset comparators have all ones and are off.",
            "2.3.9 Timer N comparator", HpetDefect.PowerOnComparatorIsZero, defect =>
            {
                using var machine = new HpetMachine(defect, new() { WideTimers = 1 });
                Assert.Equal(ulong.MaxValue, machine[Comparator(0)]);
                Assert.Equal(uint.MaxValue, machine[Comparator(1)]);
                Assert.Equal(0u, machine.Hpet.Read(Configuration(2)) & 0x7f4e);
            });
    }

    private static void AddAccess(RuleBook<HpetDefect> book)
    {
        book.Add("reserved bits of the configuration", "Only the two defined bits of the configuration are kept.",
            Configuring, HpetDefect.ReservedBitsKept, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[General] = ulong.MaxValue;
                Assert.Equal(3ul, machine[General]);
            });
        book.Add("registers have halves", "Each half of a register can be read and written alone.",
            "2.3.1 Register access", HpetDefect.HalfWriteClearsOther, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Hpet.Write(CounterOffset, 0x1234_5678);
                machine.Hpet.Write(CounterOffset + 4, 0x9abc_def0);
                Assert.Equal(0x9abc_def0_1234_5678ul, machine.Counter);
                Assert.Equal(0x9abc_def0u, machine.Hpet.Read(CounterOffset + 4));
                Assert.Equal(0u, machine.Hpet.Read(0x3f8));
            });
    }
}
