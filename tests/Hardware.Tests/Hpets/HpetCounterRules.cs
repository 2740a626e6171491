// Rules of the main counter: when it counts, when it can be written, and what halting does.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Rules of the main counter.</summary>
internal static class HpetCounterRules
{
    private const string Main = "2.3.7 Main counter";
    private const string Enabling = "2.3.5 General configuration: ENABLE_CNF";

    internal static void AddTo(RuleBook<HpetDefect> book)
    {
        AddCounting(book);
        AddWriting(book);
        AddHalting(book);
    }

    private static void AddCounting(RuleBook<HpetDefect> book)
    {
        book.Add("the counter has 64 bits", "The counter goes on from its low half into its high half.",
            Main, HpetDefect.CounterIsNarrow, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[CounterOffset] = uint.MaxValue;
                machine.Start();
                machine.Advance(1);
                Assert.Equal(0x1_0000_0000ul, machine.Counter);
            });
        book.Add("a halted counter stands", "While the counter is halted it keeps its value.",
            Enabling, HpetDefect.HaltedCounterRuns, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Start();
                machine.Advance(100);
                machine.Halt();
                machine.Advance(50);
                Assert.Equal(100ul, machine.Counter);
                machine.Start();
                machine.Advance(1);
                Assert.Equal(101ul, machine.Counter);
            });
        book.Add("halting keeps the count", "Halting does not clear the counter.",
            Enabling, HpetDefect.HaltClearsCounter, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Start();
                machine.Advance(100);
                machine.Halt();
                Assert.Equal(100ul, machine.Counter);
            });
    }

    private static void AddWriting(RuleBook<HpetDefect> book) =>
        book.Add("only a halted counter is written", "Writes to the counter while it runs are ignored.",
            Main, HpetDefect.RunningCounterIsWritable, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[CounterOffset] = 1000;
                machine.Start();
                machine[CounterOffset] = 5;
                machine.Hpet.Write(CounterOffset + 4, 5);
                machine.Advance(1);
                Assert.Equal(1001ul, machine.Counter);
            });

    private static void AddHalting(RuleBook<HpetDefect> book)
    {
        book.Add("nothing fires while halted", "While the counter is halted no comparator interrupts.",
            Enabling, HpetDefect.EnableIgnored, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, On | Line20, 100);
                Assert.Equal(MachineClock.Never, machine.Clock.NextEventNanoseconds);
                machine.Advance(1000);
                Assert.Equal("", machine.Events.Text);
                machine.Start();
                machine.Advance(100);
                Assert.Equal("1100+20, 1100-20", machine.Events.Text);
            });
        book.Add("halting keeps the status", "A status stays when the counter is halted; its line is released meanwhile.",
            Enabling, HpetDefect.HaltClearsStatus, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, On | Level | Line20, 100);
                machine.Start();
                machine.Advance(100);
                machine.Halt();
                Assert.False(machine.Events.IsHigh(20));
                Assert.Equal(1ul, machine[Status]);
                machine.Start();
                Assert.True(machine.Events.IsHigh(20));
            });
    }
}
