// Rules of the interrupt output: which sources there are, which goes first, and what the board does with the line.

using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.Uarts;
using static Managarm.Perf.Hardware.Tests.Uarts.UartMachine;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>Rules of interrupts.</summary>
internal static class UartInterruptRules
{
    private const string Identify = "Interrupt identification register";
    private const string Enabling = "Interrupt enable register";
    private const string Control = "FIFO control register: bits 6 and 7";

    internal static void AddTo(RuleBook<UartDefect> book)
    {
        AddSources(book);
        AddLevels(book);
        AddLine(book);
    }

    private static void AddSources(RuleBook<UartDefect> book)
    {
        book.Add("interrupts are enabled", "A source that is not enabled raises nothing.", Enabling,
            UartDefect.EnableIgnored, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Receive(2);
                machine.Send(1);
                machine.Uart.DriveModem(UartModemInputs.ClearToSend);
                Assert.Equal(None, machine.Cause);
                Assert.Equal(0, machine.Rises);
                machine[Enable] = OnReceived;
                Assert.True(machine.IsHigh);
            });
        book.Add("errors of the line go first", "The line status is identified before all, until it is read.", Identify,
            UartDefect.LineStatusWithoutInterrupt, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = 0x0f;
                machine.Uart.DriveModem(UartModemInputs.ClearToSend);
                machine.Receive(2);
                Assert.Equal(0x06, machine.Cause);
                _ = machine[LineStatus];
                Assert.Equal(0x04, machine.Cause);
            });
        book.Add("received data, then empty, then modem", "Each source is identified when those before it are served.",
            Identify, UartDefect.EmptyGoesFirst, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Uart.DriveModem(UartModemInputs.ClearToSend);
                machine.Receive(1);
                machine[Enable] = 0x0f;
                Assert.Equal(0x04, machine.Cause);
                _ = machine[Data];
                Assert.Equal(0x02, machine.Cause);
                Assert.Equal(0x00, machine.Cause);
                _ = machine[ModemStatus];
                Assert.Equal(None, machine.Cause);
                Assert.Equal(1, machine.Rises);
            });
    }

    private static void AddLevels(RuleBook<UartDefect> book)
    {
        book.Add("trigger levels", "The line rises at 1, 4, 8 or 14 characters and falls below.", Control,
            UartDefect.HighestTriggerIsFull, defect =>
            {
                int[] levels = [1, 4, 8, 14];
                for (int index = 0; index < levels.Length; index++)
                {
                    using var machine = new UartMachine(defect);
                    machine[FifoControl] = (index << 6) | 1;
                    machine[Enable] = OnReceived;
                    machine.Receive(levels[index] - 1);
                    Assert.False(machine.IsHigh);
                    machine.Receive(1);
                    Assert.True(machine.IsHigh);
                    Assert.Equal(0xc4, machine[Identification]);
                    _ = machine[Data];
                    Assert.False(machine.IsHigh);
                }
            });
    }

    private static void AddLine(RuleBook<UartDefect> book)
    {
        book.Add("the line is high while it asks", "The output is active high and falls when all is served.",
            "INTR pin", UartDefect.LineIsInverted, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = OnReceived;
                machine.Receive(1);
                Assert.True(machine.IsHigh);
                _ = machine[Data];
                Assert.False(machine.IsHigh);
            });
        book.Add("OUT2 opens the gate", "On a board with the gate the interrupt passes while OUT2 is set.",
            "Modem control register: OUT2", UartDefect.Out2Ignored, defect =>
            {
                using var machine = new UartMachine(defect, new(NeedsOut2: true));
                machine[Enable] = OnReceived;
                machine.Receive(1);
                Assert.False(machine.IsHigh);
                machine[ModemControl] = 0x08;
                Assert.True(machine.IsHigh);
                machine[ModemControl] = 0x07;
                Assert.False(machine.IsHigh);
            });
    }
}
