// Rules of legacy replacement, in which the first two comparators stand in for the 8254 and the real-time clock.

using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Rules of legacy replacement.</summary>
internal static class HpetLegacyRules
{
    private const string Section = "2.3.5 General configuration: LEG_RT_CNF";

    internal static void AddTo(RuleBook<HpetDefect> book)
    {
        book.Add("legacy replacement", "The first two comparators drive lines 2 and 8 whatever their routes are.",
            Section, HpetDefect.LegacyIgnored, defect =>
            {
                using HpetMachine machine = Run(defect);
                Assert.Equal("110+8, 110-8", machine.Events.Text[^12..]);
            });
        book.Add("the timer's line is 2", "Comparator 0 drives line 2 of the I/O APIC, as the 8254 does.",
            Section, HpetDefect.LegacyTimerOnLineZero, defect =>
            {
                using HpetMachine machine = Run(defect);
                Assert.StartsWith("100+2, 100-2,", machine.Events.Text, StringComparison.Ordinal);
            });
        book.Add("the third comparator keeps its route", "Legacy replacement takes only the first two comparators.",
            Section, HpetDefect.LegacyTakesAll, defect =>
            {
                using HpetMachine machine = Run(defect);
                Assert.Equal("100+2, 100-2, 105+21, 105-21, 110+8, 110-8", machine.Events.Text);
            });
        book.Add("messages go before legacy", "A comparator that sends messages drives no line in legacy replacement either.",
            "2.3.8 Timer N configuration and capabilities: FSB_EN_CNF", HpetDefect.LegacyBeatsMessage, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Message(0)] = 0xfee0_1000_0000_0031;
                machine.Set(0, On | Messages | Line20, 100);
                machine[General] = Enable | Legacy;
                machine.Advance(100);
                Assert.Equal("100 31 Fixed physical 01 edge", machine.Events.Text);
            });
    }

    private static HpetMachine Run(HpetDefect defect)
    {
        var machine = new HpetMachine(defect);
        machine.Set(0, On | Line20, 100);
        machine.Set(1, On, 110);
        machine.Set(2, On | Line21, 105);
        machine[General] = Enable | Legacy;
        machine.Advance(200);
        return machine;
    }
}
