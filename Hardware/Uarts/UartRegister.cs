// Registers and bits of the 16550. Two places hold one register for reading and another for writing, and the first two hold the
// divisor while DLAB is set.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>Places of the registers, and their bits.</summary>
/// <remarks>PC16550D, summary of registers.</remarks>
internal static class UartRegister
{
    public const int Data = 0;
    public const int InterruptEnable = 1;
    public const int InterruptIdentification = 2;
    public const int LineControl = 3;
    public const int ModemControl = 4;
    public const int LineStatus = 5;
    public const int ModemStatus = 6;
    public const int SelectMask = 7;

    public const byte EnableReceived = 0x01;
    public const byte EnableEmpty = 0x02;
    public const byte EnableLineStatus = 0x04;
    public const byte EnableModemStatus = 0x08;
    public const byte EnableMask = 0x0f;

    public const byte IsModemStatus = 0x00;
    public const byte IsNone = 0x01;
    public const byte IsEmpty = 0x02;
    public const byte IsReceived = 0x04;
    public const byte IsLineStatus = 0x06;
    public const byte IsTimeout = 0x0c;
    public const byte FifosEnabled = 0xc0;

    public const byte FifoEnable = 0x01;
    public const byte FifoResetReceiver = 0x02;
    public const byte FifoResetTransmitter = 0x04;
    public const int FifoTriggerShift = 6;

    public const byte WordLengthMask = 0x03;
    public const byte StopBits = 0x04;
    public const byte ParityEnable = 0x08;
    public const byte SetBreak = 0x40;
    public const byte DivisorAccess = 0x80;

    public const byte Out2 = 0x08;
    public const byte Loop = 0x10;
    public const byte ModemControlMask = 0x1f;

    public const byte DataReady = 0x01;
    public const byte Overrun = 0x02;
    public const byte CharacterErrors = 0x1c;
    public const byte HoldingEmpty = 0x20;
    public const byte TransmitterEmpty = 0x40;
    public const byte FifoError = 0x80;

    public const byte RingEnded = 0x04;
    public const byte Ring = 0x40;
    public const int ModemLevelShift = 4;
}
