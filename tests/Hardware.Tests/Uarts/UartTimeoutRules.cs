// Rules of the character time-out, which asks a driver to fetch what did not reach the trigger level.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.Uarts;
using static Managarm.Perf.Hardware.Tests.Uarts.UartMachine;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>Rules of the time-out.</summary>
internal static class UartTimeoutRules
{
    private const string Timeout = "FIFO interrupt mode operation";
    private const string Format = "Line control register";
    private const int TimedOut = 0x0c;

    internal static void AddTo(RuleBook<UartDefect> book)
    {
        AddCause(book);
        AddRestart(book);
        AddFormat(book);
    }

    /// <summary>A machine with one character in a FIFO that is told of four.</summary>
    internal static UartMachine Waiting(UartDefect defect, int lineControl = EightBits, int divisor = 12)
    {
        var machine = new UartMachine(defect);
        machine[LineControl] = lineControl;
        machine.WriteDivisor(divisor);
        machine[FifoControl] = 0x41;
        machine[Enable] = OnReceived;
        machine.Uart.Receive(0x1f);
        return machine;
    }

    private static void AddCause(RuleBook<UartDefect> book)
    {
        book.Add("characters time out", "A character that lies in the FIFO for four character times raises the line.",
            Timeout, UartDefect.TimeoutIgnored, defect =>
            {
                using UartMachine machine = Waiting(defect);
                machine.Clock.AdvanceTo(TimeoutNanoseconds - 1);
                Assert.False(machine.IsHigh);
                machine.Clock.AdvanceTo(TimeoutNanoseconds);
                Assert.True(machine.IsHigh);
                Assert.Equal(MachineClock.Never, machine.Clock.NextEventNanoseconds);
            });
        book.Add("a time-out is told apart", "The time-out has an identification of its own.",
            "Interrupt identification register: bit 3", UartDefect.TimeoutLooksReceived, defect =>
            {
                using UartMachine machine = Waiting(defect);
                machine.Clock.AdvanceTo(TimeoutNanoseconds);
                Assert.Equal(TimedOut, machine.Cause);
                Assert.Equal(TimedOut, machine.Cause);
            });
        book.Add("reading ends the time-out", "Reading a character clears the time-out, though others remain.",
            Timeout, UartDefect.TimeoutStays, defect =>
            {
                using UartMachine machine = Waiting(defect);
                machine.Receive(1);
                machine.Clock.AdvanceTo(TimeoutNanoseconds);
                machine.Receive(1);
                Assert.Equal(TimedOut, machine.Cause);
                _ = machine[Data];
                Assert.Equal(None, machine.Cause);
                machine.Clock.AdvanceTo((2 * TimeoutNanoseconds) - 1);
                Assert.False(machine.IsHigh);
                machine.Clock.AdvanceTo(2 * TimeoutNanoseconds);
                Assert.True(machine.IsHigh);
            });
    }

    private static void AddRestart(RuleBook<UartDefect> book)
    {
        book.Add("reading restarts the time-out", "The time runs from the last character that was read.",
            Timeout, UartDefect.ReadKeepsTimer, defect =>
            {
                using UartMachine machine = Waiting(defect);
                machine.Receive(1);
                machine.Clock.AdvanceTo(1_000_000);
                _ = machine[Data];
                Assert.Equal(1_000_000 + TimeoutNanoseconds, machine.Clock.NextEventNanoseconds);
            });
        book.Add("reception restarts the time-out", "The time runs from the last character that came.",
            Timeout, UartDefect.ReceptionKeepsTimer, defect =>
            {
                using UartMachine machine = Waiting(defect);
                machine.Clock.AdvanceTo(1_000_000);
                machine.Receive(1);
                Assert.Equal(1_000_000 + TimeoutNanoseconds, machine.Clock.NextEventNanoseconds);
            });
    }

    private static void AddFormat(RuleBook<UartDefect> book)
    {
        book.Add("parity takes time", "A character with parity is one bit longer.",
            Format + ": PEN", UartDefect.ParityTakesNoTime, defect =>
            {
                using UartMachine machine = Waiting(defect, EightBits | 0x08, divisor: 1);
                Assert.Equal(381_945ul, machine.Clock.NextEventNanoseconds);
            });
        book.Add("two stop bits take time", "A character with two stop bits is one bit longer.",
            Format + ": STB", UartDefect.StopBitsTakeNoTime, defect =>
            {
                using UartMachine machine = Waiting(defect, EightBits | 0x04, divisor: 1);
                Assert.Equal(381_945ul, machine.Clock.NextEventNanoseconds);
            });
        book.Add("one stop bit and a half", "Characters of five bits have one and a half stop bits instead of two.",
            Format + ": STB", UartDefect.ShortStopIsTwo, defect =>
            {
                using UartMachine machine = Waiting(defect, 0x04, divisor: 1);
                Assert.Equal(260_417ul, machine.Clock.NextEventNanoseconds);
            });
    }
}
