// Rules of the registers: what they hold at power-on, what can be written, and where the divisor is.

using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.Uarts;
using static Managarm.Perf.Hardware.Tests.Uarts.UartMachine;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>Rules of the registers.</summary>
internal static class UartRegisterRules
{
    private const string Reset = "Master reset";
    private const string Summary = "Summary of registers";

    internal static void AddTo(RuleBook<UartDefect> book)
    {
        AddPlain(book);
        AddDivisor(book);
        AddStatus(book);
    }

    private static void AddPlain(RuleBook<UartDefect> book)
    {
        book.Add("power-on", "After reset all is off, the FIFO too, and the transmitter is empty.", Reset,
            UartDefect.PowerOnHasFifo, defect =>
            {
                using var machine = new UartMachine(defect);
                int[] values = [machine[1], machine[2], machine[4], machine[5], machine[6]];
                Assert.Equal([0x00, 0x01, 0x00, 0x60, 0x00], values);
                Assert.False(machine.IsHigh);
            });
        book.Add("the scratch register keeps", "The scratch register holds any byte and does nothing.",
            "Scratchpad register", UartDefect.NoScratch, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Scratch] = 0xa5;
                Assert.Equal(0xa5, machine[Scratch]);
            });
        book.Add("four interrupts can be enabled", "The upper half of the interrupt enable register is zero.",
            "Interrupt enable register", UartDefect.EnableIsByte, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = 0xf5;
                Assert.Equal(0x05, machine[Enable]);
            });
        book.Add("modem control has five bits", "Bits 5 to 7 of the modem control register are zero.",
            "Modem control register", UartDefect.ModemControlIsByte, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[ModemControl] = 0xea;
                Assert.Equal(0x0a, machine[ModemControl]);
            });
    }

    private static void AddDivisor(RuleBook<UartDefect> book)
    {
        book.Add("DLAB shows the divisor", "While DLAB is set the first two places hold the divisor, else not.",
            "Line control register: DLAB", UartDefect.DivisorAccessIgnored, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = 0x05;
                machine[LineControl] = 0x83;
                machine[0] = 0x34;
                machine[1] = 0x12;
                Assert.Equal(0x34, machine[0]);
                Assert.Equal(0x12, machine[1]);
                machine[LineControl] = 0x03;
                Assert.Equal(0x05, machine[Enable]);
                Assert.Equal(-1, machine.Take());
            });
        book.Add("the divisor gives the time", "A character takes sixteen clocks of the divided crystal a bit.",
            "Programmable baud generator", UartDefect.DivisorIgnored, defect =>
            {
                using var machine = UartTimeoutRules.Waiting(defect, EightBits, divisor: 120);
                Assert.Equal(41_666_667ul, machine.Clock.NextEventNanoseconds);
            });
    }

    private static void AddStatus(RuleBook<UartDefect> book)
    {
        book.Add("line status cannot be written", "Writes to the line status have no effect.", Summary,
            UartDefect.LineStatusIsWritable, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[LineStatus] = 0x1e;
                Assert.Equal(0x60, machine[LineStatus]);
            });
        book.Add("modem status cannot be written", "Writes to the modem status have no effect.", Summary,
            UartDefect.ModemStatusIsWritable, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[ModemStatus] = 0x0f;
                Assert.Equal(0, machine[ModemStatus]);
            });
        book.Add("characters have 5 to 8 bits", "The word length cuts what is received and what is sent.",
            "Line control register: WLS", UartDefect.CharactersAreBytes, defect =>
            {
                using var machine = new UartMachine(defect);
                for (int bits = 5; bits <= 8; bits++)
                {
                    machine[LineControl] = bits - 5;
                    machine.Uart.Receive(0xff);
                    Assert.Equal((1 << bits) - 1, machine[Data]);
                    machine[Data] = 0xff;
                    Assert.Equal((1 << bits) - 1, machine.Take());
                }
            });
    }
}
