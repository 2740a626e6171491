// Rules of the registers that belong to no comparator: what the block is capable of, and what it holds at power-on.

using static Managarm.Perf.Hardware.Tests.HpetMachine;

namespace Managarm.Perf.Hardware.Tests;

/// <summary>Rules of the general registers.</summary>
internal static class HpetGeneralRules
{
    private const string Capability = "2.3.4 General capabilities and ID";
    private const string Configuring = "2.3.5 General configuration";

    internal static void AddTo(RuleBook<HpetFault> book)
    {
        AddCapabilities(book);
        AddPowerOn(book);
        AddAccess(book);
    }

    private static void AddCapabilities(RuleBook<HpetFault> book)
    {
        book.Add("capabilities", "Revision 1, a counter of 64 bits, and the number of the last comparator; read-only.",
            Capability, HpetFault.TimersAreMiscounted, fault =>
            {
                using var machine = new HpetMachine(fault);
                machine[Capabilities] = ulong.MaxValue;
                Assert.Equal(0x8086_a201u, machine.Hpet.Read(Capabilities));
            });
        book.Add("the tick is told in femtoseconds", "The upper half of the capabilities is the time of a tick.",
            Capability, HpetFault.PeriodIsNanoseconds, fault =>
            {
                using var machine = new HpetMachine(fault, new() { PeriodFemtoseconds = 69_841_279 });
                Assert.Equal(69_841_279u, machine.Hpet.Read(Capabilities + 4));
                machine.Start();
                machine.Clock.AdvanceBy(1_000_000_000);
                Assert.Equal(14_318_179ul, machine.Counter);
            });
        book.Add("legacy needs its capability", "Without the capability legacy replacement cannot be set.",
            Capability, HpetFault.LegacyWithoutCapability, fault =>
            {
                using var machine = new HpetMachine(fault, new() { HasLegacyReplacement = false });
                Assert.Equal(0x8086_2201u, machine.Hpet.Read(Capabilities));
                machine[General] = Enable | Legacy;
                Assert.Equal(Enable, machine[General]);
            });
    }

    private static void AddPowerOn(RuleBook<HpetFault> book)
    {
        book.Add("power-on", "After reset the counter is zero and halted, and no status is set.",
            Configuring, HpetFault.PowerOnIsEnabled, fault =>
            {
                using var machine = new HpetMachine(fault);
                machine.Advance(1000);
                Assert.Equal((0ul, 0ul, 0ul), (machine[General], machine[Status], machine.Counter));
            });
        book.Add("comparators at power-on", "After reset comparators have all ones and are off.",
            "2.3.9 Timer N comparator", HpetFault.PowerOnComparatorIsZero, fault =>
            {
                using var machine = new HpetMachine(fault, new() { WideTimers = 1 });
                Assert.Equal(ulong.MaxValue, machine[Comparator(0)]);
                Assert.Equal(uint.MaxValue, machine[Comparator(1)]);
                Assert.Equal(0u, machine.Hpet.Read(Configuration(2)) & 0x7f4e);
            });
    }

    private static void AddAccess(RuleBook<HpetFault> book)
    {
        book.Add("reserved bits of the configuration", "Only the two defined bits of the configuration are kept.",
            Configuring, HpetFault.ReservedBitsKept, fault =>
            {
                using var machine = new HpetMachine(fault);
                machine[General] = ulong.MaxValue;
                Assert.Equal(3ul, machine[General]);
            });
        book.Add("registers have halves", "Each half of a register can be read and written alone.",
            "2.3.1 Register access", HpetFault.HalfWriteClearsOther, fault =>
            {
                using var machine = new HpetMachine(fault);
                machine.Hpet.Write(CounterOffset, 0x1234_5678);
                machine.Hpet.Write(CounterOffset + 4, 0x9abc_def0);
                Assert.Equal(0x9abc_def0_1234_5678ul, machine.Counter);
                Assert.Equal(0x9abc_def0u, machine.Hpet.Read(CounterOffset + 4));
                Assert.Equal(0u, machine.Hpet.Read(0x3f8));
            });
    }
}
