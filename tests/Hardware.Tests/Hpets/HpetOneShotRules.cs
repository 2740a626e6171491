// Rules of comparators that are not periodic, above all the trap of the HPET: the comparison is for equality, so that a deadline
// which the counter has passed before it was written is not noticed until the counter wraps around.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Rules of one-shot comparators.</summary>
internal static class HpetOneShotRules
{
    private const string OneShot = "2.3.9.2.1 Non-periodic mode";
    private const string Size = "2.3.8 Timer N configuration and capabilities: 32MODE_CNF";
    private const ulong WrapTicks = 0x1_0000_0000;

    internal static void AddTo(RuleBook<HpetDefect> book)
    {
        AddEquality(book);
        AddWrap(book);
        AddEnable(book);
    }

    private static void AddEquality(RuleBook<HpetDefect> book)
    {
        book.Add("a passed comparator is lost", "A comparator that is written behind the counter fires after the wrap-around.",
            OneShot, HpetDefect.PassedComparatorFires, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Start();
                machine.Advance(1000);
                machine.Set(0, On | Narrow | Line20, 999);
                machine.Set(1, On | Line21, 999);
                machine.Advance(WrapTicks - 2);
                Assert.Equal("", machine.Events.Text);
                machine.Advance(WrapTicks - 1);
                Assert.Equal("4294968295+20, 4294968295-20", machine.Events.Text);
            });
        book.Add("an equal comparator is lost", "A comparator that is written equal to the counter fires after the wrap-around.",
            OneShot, HpetDefect.EqualComparatorFires, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Start();
                machine.Advance(1000);
                machine.Set(0, On | Narrow | Line20, 1000);
                machine.Advance(WrapTicks - 1);
                Assert.Equal("", machine.Events.Text);
                machine.Advance(1);
                Assert.Equal("4294968296+20, 4294968296-20", machine.Events.Text);
            });
    }

    private static void AddWrap(RuleBook<HpetDefect> book)
    {
        book.Add("32-bit mode wraps", "In 32-bit mode only the low half of the counter is compared, once a wrap-around.",
            Size, HpetDefect.NarrowIgnored, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, On | Narrow | Line20, 0xffff_ffff_0000_0064);
                Assert.Equal(100ul, machine[Comparator(0)]);
                machine.Start();
                machine.Advance(WrapTicks + 100);
                Assert.Equal("100+20, 100-20, 4294967396+20, 4294967396-20", machine.Events.Text);
            });
        book.Add("a one-shot stays on", "A match changes neither the comparator nor its enable.",
            OneShot, HpetDefect.OneShotDisables, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, On | Line20, 100);
                machine.Start();
                machine.Advance(100);
                machine[Comparator(0)] = 150;
                machine.Advance(100);
                Assert.Equal("100+20, 100-20, 150+20, 150-20", machine.Events.Text);
                Assert.Equal(150ul, machine[Comparator(0)]);
            });
    }

    private static void AddEnable(RuleBook<HpetDefect> book) =>
        book.Add("comparators must be enabled", "Without INT_ENB_CNF a comparator does not interrupt.",
            "2.3.8 Timer N configuration and capabilities: INT_ENB_CNF", HpetDefect.InterruptEnableIgnored, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, Line20, 100);
                machine.Start();
                Assert.Equal(MachineClock.Never, machine.Clock.NextEventNanoseconds);
                machine.Advance(200);
                Assert.Equal("", machine.Events.Text);
            });
}
