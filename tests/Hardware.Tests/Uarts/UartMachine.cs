// A serial port in an arena of its own, with a driver's way to its registers and the other side's way to its wire. Unless a test
// wants it otherwise characters have eight bits and a character takes 10 bits at 9600 baud.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Tests.Recorders;
using Managarm.Perf.Hardware.Uarts;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>The serial port under test.</summary>
internal sealed class UartMachine : IDisposable
{
    internal const int Data = 0;
    internal const int Enable = 1;
    internal const int Identification = 2;
    internal const int FifoControl = 2;
    internal const int LineControl = 3;
    internal const int ModemControl = 4;
    internal const int LineStatus = 5;
    internal const int ModemStatus = 6;
    internal const int Scratch = 7;
    internal const int OnReceived = 1;
    internal const int OnEmpty = 2;
    internal const int OnLineStatus = 4;
    internal const int OnModemStatus = 8;
    internal const int None = 1;
    internal const int EightBits = 3;
    internal const int Loop = 0x10;

    /// <summary>Four characters at the power-on format of a test, rounded up.</summary>
    internal const ulong TimeoutNanoseconds = 4_166_667;

    private const int Line = 4;
    private const ushort FirstPort = 0x3f8;

    private readonly Arena arena = new(0);
    private readonly LineRecorder lines = new();

    internal UartMachine(UartDefect defect = default, UartOptions options = default)
    {
        Clock = new(arena);
        Uart = new(arena, Clock, lines, Line, options, defect);
        arena.Seal();
        this[LineControl] = EightBits;
    }

    internal MachineClock Clock { get; }

    internal Uart Uart { get; }

    internal bool IsHigh => lines.IsHigh(Line);

    internal int Rises => lines.Rises(Line);

    /// <summary>What the identification shows but for the FIFO bits; reading it has its effect.</summary>
    internal int Cause => this[Identification] & 0x3f;

    internal int this[int register]
    {
        get => Uart.ReadPort((ushort)(FirstPort + register));
        set => Uart.WritePort((ushort)(FirstPort + register), (byte)value);
    }

    public void Dispose() => arena.Dispose();

    /// <summary>Characters come in, counting from a first one.</summary>
    internal void Receive(int count, int first = 0)
    {
        for (int index = 0; index < count; index++)
        {
            Uart.Receive((byte)(first + index));
        }
    }

    /// <summary>The driver reads whatever is there.</summary>
    internal string ReadAll()
    {
        string text = "";
        while ((this[LineStatus] & 1) != 0)
        {
            text += $"{this[Data]:x2} ";
        }

        return text.TrimEnd();
    }

    /// <summary>The driver writes characters, counting from a first one.</summary>
    internal void Send(int count, int first = 0)
    {
        for (int index = 0; index < count; index++)
        {
            this[Data] = first + index;
        }
    }

    /// <summary>The other side takes the next character; -1 for none.</summary>
    internal int Take() => Uart.TryTransmit(out byte value) ? value : -1;

    /// <summary>The other side takes all characters.</summary>
    internal string TakeAll()
    {
        string text = "";
        for (int value = Take(); value >= 0; value = Take())
        {
            text += $"{value:x2} ";
        }

        return text.TrimEnd();
    }

    internal void WriteDivisor(int divisor)
    {
        int control = this[LineControl];
        this[LineControl] = control | 0x80;
        this[0] = divisor & 0xff;
        this[1] = divisor >> 8;
        this[LineControl] = control;
    }
}
