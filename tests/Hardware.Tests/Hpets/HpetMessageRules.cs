// Rules of comparators that write a word to the local APICs instead of driving a line. What the word and the address say is the
// matter of the processors' manual.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Rules of messages.</summary>
internal static class HpetMessageRules
{
    private const string Enabling = "2.3.8 Timer N configuration and capabilities: FSB_EN_CNF";
    private const string Route = "2.3.10 Timer N FSB interrupt route";
    private const string Address = "2.3.10 Timer N FSB interrupt route; SDM 3A 11.11.1";

    internal static void AddTo(RuleBook<HpetDefect> book)
    {
        AddEnable(book);
        AddDecoding(book);
    }

    private static void AddEnable(RuleBook<HpetDefect> book)
    {
        book.Add("messages replace the line", "With FSB_EN_CNF a match sends the message.",
            Enabling, HpetDefect.MessageEnableIgnored, defect => CheckSent(defect, 0xfee0_3000_0000_0045,
                "100 45 Fixed physical 03 edge, 200 45 Fixed physical 03 edge"));
        book.Add("messages hold no line", "A level-triggered comparator sends at every match and drives no line.",
            Enabling, HpetDefect.MessageDrivesLine, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Message(0)] = 0xfee0_0000_0000_0031;
                machine.SetPeriodic(0, On | Messages | Level | Line20, 100, 50);
                machine.Start();
                machine.Advance(150);
                Assert.Equal("100 31 Fixed physical 00 edge, 150 31 Fixed physical 00 edge", machine.Events.Text);
                Assert.Equal(1ul, machine[Status]);
            });
        book.Add("address and data", "The high half of the route is the address, the low half the data.",
            Route, HpetDefect.MessageIsSwapped, defect => CheckSent(defect, 0xfee0_0000_0000_c1e1,
                "100 e1 LowestPriority physical 00 level, 200 e1 LowestPriority physical 00 level"));
    }

    private static void AddDecoding(RuleBook<HpetDefect> book)
    {
        book.Add("messages name their processors", "Bits 12 to 19 of the address are the destination, bit 2 is its kind.",
            Address, HpetDefect.MessageGoesToZero, defect => CheckSent(defect, 0xfeef_0004_0000_0445,
                "100 45 Nmi logical f0 edge, 200 45 Nmi logical f0 edge"));
        book.Add("the redirection hint", "With the hint a fixed message goes to the one of lowest priority.",
            Address, HpetDefect.HintIgnored, defect => CheckSent(defect, 0xfee0_300c_0000_0045,
                "100 45 LowestPriority logical 03 edge, 200 45 LowestPriority logical 03 edge"));
        book.Add("other addresses are memory", "A message to another address interrupts nobody.",
            Address, HpetDefect.AnyAddressInterrupts, defect =>
            {
                CheckSent(defect, 0xfed0_0000_0000_0045, "");
                using var machine = new HpetMachine(defect);
                machine.Set(0, On | Messages | Line20, 100);
                machine.Start();
                Assert.Equal(MachineClock.Never, machine.Clock.NextEventNanoseconds);
            });
    }

    // A periodic listener next to it makes the clock stop at the matches whatever the message is.
    private static void CheckSent(HpetDefect defect, ulong message, string expected)
    {
        using var machine = new HpetMachine(defect);
        machine[Message(2)] = message;
        Assert.Equal(message, machine[Message(2)]);
        machine.SetPeriodic(2, On | Messages | Line20, 100, 100);
        machine.Start();
        machine.Advance(100);
        _ = machine.Counter;
        machine.Advance(100);
        _ = machine.Counter;
        Assert.Equal(expected, machine.Events.Text);
    }
}
