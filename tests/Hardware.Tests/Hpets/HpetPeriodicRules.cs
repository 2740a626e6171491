// Rules of periodic comparators: how the period is added, and how VAL_SET tells a write of the comparator from one of the period.

using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Rules of periodic comparators.</summary>
internal static class HpetPeriodicRules
{
    private const string Repeating = "2.3.9.2.2 Periodic mode";
    private const string Setting = "2.3.8 Timer N configuration and capabilities: VAL_SET_CNF";

    internal static void AddTo(RuleBook<HpetDefect> book)
    {
        AddPeriod(book);
        AddValueSet(book);
        AddValueSetWrites(book);
    }

    private static void AddPeriod(RuleBook<HpetDefect> book)
    {
        book.Add("a period repeats", "After each match the last value written is added to the comparator.",
            Repeating, HpetDefect.PeriodicIsOneShot, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.SetPeriodic(0, On | Line20, 100, 30);
                machine.Start();
                machine.Advance(165);
                Assert.Equal("100+20, 100-20, 130+20, 130-20, 160+20, 160-20", machine.Events.Text);
                Assert.Equal(190ul, machine[Comparator(0)]);
            });
        book.Add("periods do not drift", "The period is added to the comparator, also where nobody listens.",
            Repeating, HpetDefect.PeriodFromCounter, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.SetPeriodic(0, Narrow, 100, 0x8000_0000);
                machine.SetPeriodic(1, 0, 100, 30);
                machine.Start();
                machine.Advance(165);
                Assert.Equal(0x8000_0064ul, machine[Comparator(0)]);
                Assert.Equal(190ul, machine[Comparator(1)]);
            });
    }

    private static void AddValueSet(RuleBook<HpetDefect> book)
    {
        book.Add("a plain write is of the period", "Without VAL_SET a write to a periodic comparator sets only its period.",
            Setting, HpetDefect.PeriodSetsComparator, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.SetPeriodic(0, On | Line20, 100, 30);
                machine.Start();
                machine[Comparator(0)] = 50;
                Assert.Equal(100ul, machine[Comparator(0)]);
                machine.Advance(110);
                Assert.Equal(150ul, machine[Comparator(0)]);
            });
        book.Add("VAL_SET sets the comparator", "With VAL_SET a write to a periodic comparator sets the comparator too.",
            Setting, HpetDefect.ValueSetIgnored, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Configuration(0)] = On | Line20 | Periodic | ValueSet;
                machine[Comparator(0)] = 70;
                Assert.Equal(70ul, machine[Comparator(0)]);
            });
        book.Add("VAL_SET sets the period", "With VAL_SET one write is enough for the comparator and its period.",
            Setting, HpetDefect.ValueSetKeepsPeriod, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Configuration(0)] = On | Line20 | Periodic | ValueSet;
                machine[Comparator(0)] = 70;
                machine.Start();
                machine.Advance(150);
                Assert.Equal("70+20, 70-20, 140+20, 140-20", machine.Events.Text);
            });
    }

    private static void AddValueSetWrites(RuleBook<HpetDefect> book)
    {
        book.Add("VAL_SET is for one write", "VAL_SET clears itself at the next write, of either half, to the comparator.",
            Setting, HpetDefect.ValueSetStays, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Configuration(0)] = On | Line20 | Periodic | ValueSet;
                machine.Hpet.Write(Comparator(0), 70);
                machine.Hpet.Write(Comparator(0) + 4, 0);
                Assert.Equal(0xffff_ffff_0000_0046ul, machine[Comparator(0)]);
                machine.Hpet.Write(Configuration(0), On | Line20 | Periodic | ValueSet);
                machine.Hpet.Write(Comparator(0) + 4, 0);
                Assert.Equal(70ul, machine[Comparator(0)]);
            });
        book.Add("VAL_SET reads as zero", "VAL_SET cannot be read back, and other bits of the write hold.",
            Setting, HpetDefect.ValueSetIsReadable, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Configuration(0)] = On | Periodic | ValueSet;
                Assert.Equal(On | Periodic, machine[Configuration(0)] & 0x4e);
            });
    }
}
