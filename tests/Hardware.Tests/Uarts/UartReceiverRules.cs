// Rules of the receiver: the one buffer, the FIFO with its resets, overruns, and errors that come with their characters.

using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.Uarts;
using static Managarm.Perf.Hardware.Tests.Uarts.UartMachine;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>Rules of received characters.</summary>
internal static class UartReceiverRules
{
    private const string Status = "Line status register";
    private const string Control = "FIFO control register";
    private const UartErrors Parity = UartErrors.Parity;

    internal static void AddTo(RuleBook<UartDefect> book)
    {
        AddBuffers(book);
        AddErrors(book);
        AddFifoErrors(book);
        AddControl(book);
        AddSwitch(book);
    }

    private static void AddBuffers(RuleBook<UartDefect> book)
    {
        book.Add("one character without FIFO", "Without FIFO a second character overwrites one that was not read.",
            Status + ": OE", UartDefect.FifoAlwaysOn, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Receive(3, first: 1);
                Assert.Equal(0x63, machine[LineStatus]);
                Assert.Equal("03", machine.ReadAll());
            });
        book.Add("a full FIFO keeps what it has", "The character after the sixteenth is lost and no other.",
            Status + ": OE", UartDefect.OverrunLosesOther, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Receive(18);
                Assert.Equal("00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f", machine.ReadAll());
            });
        book.Add("an overrun shows at once", "The overrun error is shown though full FIFO is not read.",
            Status + ": OE", UartDefect.OverrunUnnoticed, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Receive(16);
                Assert.Equal(0x61, machine[LineStatus]);
                machine.Receive(1);
                Assert.Equal(0x63, machine[LineStatus]);
            });
    }

    private static void AddErrors(RuleBook<UartDefect> book)
    {
        book.Add("reading clears the errors", "Errors of the line last until the line status is read.",
            Status, UartDefect.LineErrorsStay, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Uart.Receive(0x41, UartErrors.Framing | Parity);
                Assert.Equal(0x6d, machine[LineStatus]);
                Assert.Equal(0x61, machine[LineStatus]);
                Assert.Equal(0x41, machine[Data]);
            });
        book.Add("a break is a zero", "A break is received as one character of zeros with its flag.",
            Status + ": BI", UartDefect.BreakIsNotZero, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Uart.Receive(0xff, UartErrors.Break);
                Assert.Equal(0xf1, machine[LineStatus]);
                Assert.Equal("00", machine.ReadAll());
            });
    }

    private static void AddFifoErrors(RuleBook<UartDefect> book)
    {
        book.Add("an error waits for its character", "In the FIFO an error shows when its character is the next.",
            Status + ": PE, FE, BI", UartDefect.ErrorsShowAtOnce, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Uart.Receive(1);
                machine.Uart.Receive(2, Parity);
                Assert.Equal(0xe1, machine[LineStatus]);
                Assert.Equal(1, machine[Data]);
                Assert.Equal(0xe5, machine[LineStatus]);
            });
        book.Add("a later error shows", "When its character has become the next, an error is shown and cleared.",
            Status + ": PE, FE, BI", UartDefect.LaterErrorsLost, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Uart.Receive(1);
                machine.Uart.Receive(2, UartErrors.Framing);
                _ = machine[Data];
                Assert.Equal(0xe9, machine[LineStatus]);
                Assert.Equal(0x61, machine[LineStatus]);
            });
        book.Add("the FIFO has an error", "Bit 7 is set while any character of the FIFO, the next too, has an error.",
            Status + ": bit 7", UartDefect.FifoErrorOfLaterOnly, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Uart.Receive(1, Parity);
                Assert.Equal(0x65, machine[LineStatus]);
                machine[FifoControl] = 1;
                machine.Uart.Receive(1, Parity);
                machine.Uart.Receive(2, Parity);
                Assert.Equal(0xe5, machine[LineStatus]);
                Assert.Equal(0xe1, machine[LineStatus]);
                _ = machine[Data];
                Assert.Equal(0xe5, machine[LineStatus]);
                Assert.Equal(0x61, machine[LineStatus]);
            });
    }

    private static void AddControl(RuleBook<UartDefect> book)
    {
        book.Add("the receiver's FIFO is reset", "FCR bit 1 empties the receiver's FIFO.",
            Control + ": bit 1", UartDefect.ReceiverResetIgnored, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Receive(3);
                machine[FifoControl] = 3;
                Assert.Equal(0x60, machine[LineStatus]);
                machine.Receive(1, first: 9);
                Assert.Equal("09", machine.ReadAll());
            });
        book.Add("resets need the enable", "Without bit 0 the other bits of the FIFO control do nothing.",
            Control + ": bit 0", UartDefect.ResetWithoutEnable, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Receive(1, first: 7);
                machine[FifoControl] = 0x02;
                Assert.Equal("07", machine.ReadAll());
            });
        book.Add("the trigger level needs the enable", "Without bit 0 no trigger level is programmed, nor shown.",
            Control + ": bit 0", UartDefect.FifosNotIdentified, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 0xc0;
                Assert.Equal(0x01, machine[Identification]);
                machine[FifoControl] = 0x01;
                Assert.Equal(0xc1, machine[Identification]);
            });
    }

    private static void AddSwitch(RuleBook<UartDefect> book)
    {
        book.Add("switching empties", "Switching the FIFO on or off empties both directions.",
            Control + ": bit 0", UartDefect.SwitchKeepsFifos, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Receive(1);
                machine.Send(2);
                machine[FifoControl] = 1;
                Assert.Equal(0x20, machine[LineStatus]);
                machine.Receive(2);
                machine.Send(2, first: 5);
                machine[FifoControl] = 0;
                Assert.Equal(0x20, machine[LineStatus]);
                Assert.Equal("00", machine.TakeAll());
            });
        book.Add("writing the level keeps", "A write that leaves the enable alone keeps what the FIFO holds.",
            Control + ": bit 6", UartDefect.TriggerIsOne, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine[Enable] = OnReceived;
                machine.Receive(3);
                Assert.True(machine.IsHigh);
                machine[FifoControl] = 0x41;
                Assert.False(machine.IsHigh);
                Assert.Equal("00 01 02", machine.ReadAll());
            });
    }
}
