// Rules of the transmitter: the holding register and the FIFO, the character on the wire, and when a driver is told that more can
// be sent.

using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.Uarts;
using static Managarm.Perf.Hardware.Tests.Uarts.UartMachine;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>Rules of sent characters.</summary>
internal static class UartTransmitterRules
{
    private const string Status = "Line status register";
    private const string Empty = "Interrupt enable register: ETBEI";
    private const string Identify = "Interrupt identification register";
    private const int IsEmpty = 0x02;

    internal static void AddTo(RuleBook<UartDefect> book)
    {
        AddBuffers(book);
        AddFifo(book);
        AddEmpty(book);
        AddClearing(book);
    }

    private static void AddBuffers(RuleBook<UartDefect> book)
    {
        book.Add("holding and shift register", "THRE is set when the holding register, TEMT when the wire is empty too.",
            Status + ": THRE, TEMT", UartDefect.ShiftIsForgotten, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Send(1);
                Assert.Equal(0x20, machine[LineStatus]);
                machine.Send(1, first: 1);
                Assert.Equal(0x00, machine[LineStatus]);
                Assert.Equal(0, machine.Take());
                Assert.Equal(0x20, machine[LineStatus]);
                Assert.Equal(1, machine.Take());
                Assert.Equal(0x60, machine[LineStatus]);
                Assert.Equal(-1, machine.Take());
            });
    }

    private static void AddFifo(RuleBook<UartDefect> book)
    {
        book.Add("a full FIFO takes no more", "What is written to a full FIFO is lost.",
            "FIFO polled mode operation", UartDefect.FullFifoReplaces, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Send(19);
                Assert.Equal("00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10", machine.TakeAll());
            });
        book.Add("the transmitter's FIFO is reset", "FCR bit 2 empties the transmitter's FIFO.",
            "FIFO control register: bit 2", UartDefect.TransmitterResetIgnored, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Send(3, first: 7);
                machine[FifoControl] = 5;
                Assert.Equal(0x20, machine[LineStatus]);
                Assert.Equal(7, machine.Take());
                Assert.Equal(-1, machine.Take());
            });
        book.Add("a reset spares the wire", "The shift register is not cleared by a reset of the FIFO.",
            "FIFO control register: bit 2", UartDefect.ResetStopsShift, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine.Send(1, first: 7);
                machine[FifoControl] = 5;
                Assert.Equal(7, machine.Take());
            });
    }

    private static void AddEmpty(RuleBook<UartDefect> book)
    {
        book.Add("enabling asks for characters", "Enabling the empty interrupt raises it when there is nothing to send.",
            Empty, UartDefect.EnableIsNoCause, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = OnEmpty;
                Assert.True(machine.IsHigh);
                Assert.Equal(IsEmpty, machine.Cause);
            });
        book.Add("the empty FIFO asks once", "The interrupt comes when the last character leaves the FIFO.",
            "FIFO interrupt mode operation", UartDefect.EmptyAtEachCharacter, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine[Enable] = OnEmpty;
                machine.Send(4);
                Assert.Equal(None, machine.Cause);
                _ = machine.Take() + machine.Take();
                Assert.False(machine.IsHigh);
                _ = machine.Take();
                Assert.True(machine.IsHigh);
            });
    }

    private static void AddClearing(RuleBook<UartDefect> book)
    {
        book.Add("identification clears the empty interrupt", "Reading it when it is shown clears it, until it comes again.",
            Identify, UartDefect.IdentificationKeepsEmpty, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = OnEmpty;
                Assert.Equal(IsEmpty, machine.Cause);
                Assert.False(machine.IsHigh);
                Assert.Equal(None, machine.Cause);
                machine.Send(1);
                Assert.True(machine.IsHigh);
            });
        book.Add("identification clears nothing else", "The empty interrupt stays when another was shown.",
            Identify, UartDefect.IdentificationClearsOther, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = OnEmpty | OnReceived;
                machine.Receive(1);
                Assert.Equal(0x04, machine.Cause);
                _ = machine[Data];
                Assert.Equal(IsEmpty, machine.Cause);
            });
        book.Add("writing clears the empty interrupt", "A character that has to wait clears the empty interrupt.",
            Identify, UartDefect.WriteKeepsEmpty, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Send(1);
                machine[Enable] = OnEmpty;
                Assert.True(machine.IsHigh);
                machine.Send(1);
                Assert.False(machine.IsHigh);
            });
    }
}
