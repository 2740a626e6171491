// The serial port against one of lists: under random programs both must answer every read alike, give the wire the same, and hold
// their lines at the same level after every step. Every fault of the model must be seen by this alone.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Tests.Recorders;
using Managarm.Perf.Hardware.Uarts;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>The serial port and its reference agree.</summary>
public sealed class UartDifferentialTests
{
    private const int Programs = 1000;

    // Seen only on a board with the gate.
    private static readonly UartDefect[] gateDefects = [UartDefect.Out2Ignored, UartDefect.LoopKeepsOutputs];

    public static IEnumerable<TheoryDataRow<UartDefect>> Defects =>
        Enum.GetValues<UartDefect>().Except([UartDefect.None, .. gateDefects])
            .Select(each => new TheoryDataRow<UartDefect>(each));

    [Fact]
    public void Random_programs() => RandomPrograms.Check(Programs, program => Run(program, UartDefect.None));

    [Theory]
    [MemberData(nameof(Defects))]
    public void Random_programs_notice(UartDefect defect) =>
        Assert.ThrowsAny<Exception>(() => RandomPrograms.Check(Programs, program => Run(program, defect)));

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Nothing_is_allocated()
    {
        using var arena = new Arena(0);
        var clock = new MachineClock(arena);
        var lines = new LineRecorder();
        var uart = new Uart(arena, clock, lines, 4);
        arena.Seal();
        RandomPrograms.CheckAllocatesNothing(() =>
        {
            arena.Reset();
            for (ushort register = 0; register < 8; register++)
            {
                uart.WritePort(register, 0x07);
                _ = uart.ReadPort(register);
            }

            uart.WritePort(2, 0xc7);
            uart.Receive(0x55, UartErrors.Parity);
            uart.DriveModem(UartModemInputs.Ring);
            clock.AdvanceBy(100_000_000);
            _ = uart.ReadPort(0);
            _ = uart.TryTransmit(out _);
        });
        Assert.NotEqual(0, lines.Rises(4));
    }

    private static void Run(int[] program, UartDefect defect)
    {
        using var machine = new UartMachine(defect);
        var naive = new NaiveUart();
        foreach (int step in program)
        {
            Do(machine, naive, step & 0xf, step >> 4);
            naive.Now = machine.Clock.NowNanoseconds;
            naive.Look();
            Assert.Equal(naive.IsHigh, machine.IsHigh);
            Assert.Equal(naive.Due < 0 ? MachineClock.Never : (ulong)naive.Due, machine.Clock.NextEventNanoseconds);
        }
    }

    private static void Do(UartMachine machine, NaiveUart naive, int choice, int argument)
    {
        int register = argument & 7;
        int value = (argument >> 3) & 0xff;
        switch (choice)
        {
            case < 4:
                Assert.Equal(naive.Read(register), machine[register]);
                break;
            case < 6:
                // Loopback seldom, else little would come in.
                value &= register == UartMachine.ModemControl && (argument & 0x3000) != 0 ? 0xef : 0xff;
                value |= register == UartMachine.FifoControl && (argument & 0x3000) != 0 ? 0x01 : 0x00;
                value &= register == UartMachine.LineControl && (argument & 0x3000) != 0 ? 0x7f : 0xff;
                naive.Write(register, value);
                machine[register] = value;
                break;
            case < 9:
                int flags = (argument & 0x3000) == 0 ? (argument >> 12) & 0x1c : 0;
                naive.Hear(value, flags);
                machine.Uart.Receive((byte)value, (UartErrors)flags);
                break;
            case < 11:
                Assert.Equal(naive.Take(), machine.Take());
                break;
            case 11:
                naive.Drive(value & 0xf0);
                machine.Uart.DriveModem((UartModemInputs)(value & 0xf0));
                break;
            case 12:
                Fill(machine, naive, value);
                break;
            default:
                machine.Clock.AdvanceBy((ulong)argument << (choice == 13 ? 4 : 0));
                break;
        }
    }

    // Long bursts in both directions.
    private static void Fill(UartMachine machine, NaiveUart naive, int value)
    {
        for (int index = 0; index < (value & 0x1f); index++)
        {
            naive.Hear(index, 0);
            machine.Uart.Receive((byte)index);
            naive.Write(UartMachine.Data, index);
            naive.Look();
            machine[UartMachine.Data] = index;
        }

        for (int left = (value & 0x80) != 0 ? 20 : 0; left > 0; left--)
        {
            Assert.Equal(naive.Take(), machine.Take());
        }
    }
}
