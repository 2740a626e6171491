// Rules of the modem's wires and of loopback, in which the port talks to itself. A change that a driver has not seen yet must not
// get lost.

using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.Uarts;
using static Managarm.Perf.Hardware.Tests.Uarts.UartMachine;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>Rules of modem and loopback.</summary>
internal static class UartModemRules
{
    private const string Status = "Modem status register";
    private const string Looping = "Modem control register: loop";
    private const UartModemInputs Clear = UartModemInputs.ClearToSend;
    private const UartModemInputs Ring = UartModemInputs.Ring;
    private const UartModemInputs All = Clear | Ring | UartModemInputs.DataSetReady | UartModemInputs.CarrierDetect;

    internal static void AddTo(RuleBook<UartDefect> book)
    {
        AddChanges(book);
        AddLoop(book);
        AddLoopedModem(book);
    }

    private static void AddChanges(RuleBook<UartDefect> book)
    {
        book.Add("changes are noticed", "An input that changes sets its bit and raises an interrupt.", Status,
            UartDefect.ModemChangesUnnoticed, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = OnModemStatus;
                machine.Uart.DriveModem(All);
                Assert.True(machine.IsHigh);
                Assert.Equal(0xfb, machine[ModemStatus]);
                machine.Uart.DriveModem(Ring);
                Assert.Equal(0x4b, machine[ModemStatus]);
            });
        book.Add("reading clears the changes", "The changes last until the modem status is read; levels stay.", Status,
            UartDefect.ModemChangesStay, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[Enable] = OnModemStatus;
                machine.Uart.DriveModem(Clear);
                machine.Uart.DriveModem(UartModemInputs.None);
                machine.Uart.DriveModem(Clear);
                Assert.Equal(0x11, machine[ModemStatus]);
                Assert.Equal(0x10, machine[ModemStatus]);
                Assert.False(machine.IsHigh);
            });
        book.Add("ringing counts where it ends", "TERI is set when RI goes off, not when it goes on.", Status + ": TERI",
            UartDefect.RingBeginsToo, defect =>
            {
                using var machine = new UartMachine(defect);
                machine.Uart.DriveModem(Ring);
                Assert.Equal(0x40, machine[ModemStatus]);
                machine.Uart.DriveModem(UartModemInputs.None);
                Assert.Equal(0x04, machine[ModemStatus]);
            });
    }

    private static void AddLoop(RuleBook<UartDefect> book)
    {
        book.Add("what is sent comes back", "In loopback the receiver gets what the transmitter sends.", Looping,
            UartDefect.LoopSendsNothing, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[FifoControl] = 1;
                machine[Enable] = OnReceived;
                machine[ModemControl] = Loop;
                machine.Send(3, first: 0x41);
                Assert.Equal("", machine.TakeAll());
                Assert.True(machine.IsHigh);
                Assert.Equal("41 42 43", machine.ReadAll());
            });
        book.Add("the wire is cut off", "In loopback nothing is received from the wire and no break is sent.", Looping,
            UartDefect.LoopHearsWire, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[LineControl] = 0x43;
                Assert.True(machine.Uart.IsBreaking);
                machine[ModemControl] = Loop;
                Assert.False(machine.Uart.IsBreaking);
                machine.Receive(1);
                Assert.Equal(0x60, machine[LineStatus]);
                machine[ModemControl] = 0;
                machine.Receive(1);
                Assert.Equal(0x61, machine[LineStatus]);
            });
    }

    private static void AddLoopedModem(RuleBook<UartDefect> book)
    {
        book.Add("outputs become inputs", "DTR, RTS, OUT1, OUT2 are read as DSR, CTS, RI, DCD.", Looping,
            UartDefect.LoopIsStraight, defect =>
            {
                using var machine = new UartMachine(defect);
                int[] expected = [0x22, 0x11, 0x40, 0x88];
                for (int output = 0; output < expected.Length; output++)
                {
                    machine[ModemControl] = Loop;
                    _ = machine[ModemStatus];
                    machine[ModemControl] = Loop | (1 << output);
                    Assert.Equal(expected[output], machine[ModemStatus]);
                }
            });
        book.Add("the modem is cut off", "In loopback the modem's wires are not seen until it ends.", Looping,
            UartDefect.LoopReadsPins, defect =>
            {
                using var machine = new UartMachine(defect);
                machine[ModemControl] = Loop;
                machine.Uart.DriveModem(All);
                Assert.Equal(0x00, machine[ModemStatus]);
                machine[ModemControl] = 0;
                Assert.Equal(0xfb, machine[ModemStatus]);
            });
        book.Add("outputs rest in loopback", "In loopback OUT2 is off at its pin, so that the gate is shut.", Looping,
            UartDefect.LoopKeepsOutputs, defect =>
            {
                using var machine = new UartMachine(defect, new(NeedsOut2: true));
                machine[Enable] = OnReceived;
                machine[ModemControl] = 0x08;
                machine.Receive(1);
                Assert.True(machine.IsHigh);
                machine[ModemControl] = 0x08 | Loop;
                Assert.False(machine.IsHigh);
            });
    }
}
