// The UART as it lies in the arena. Both queues have room for the sixteen characters of the FIFO; while it is off they hold one,
// and are the receiver buffer and the transmitter holding register of the older chips.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>State of the UART.</summary>
internal unsafe struct UartState
{
    /// <summary>Characters that a FIFO holds.</summary>
    public const int FifoCapacity = 16;

    /// <summary>Last time a character came or was read, in nanoseconds of the machine.</summary>
    public ulong ReceiverMovedNanoseconds;

    /// <summary>When the character time-out raises the line, in nanoseconds of the machine.</summary>
    public ulong NextEventNanoseconds;

    /// <summary>Characters received and not read, as a ring.</summary>
    public fixed byte Received[FifoCapacity];

    /// <summary>What was wrong with each of them, as bits of the line status.</summary>
    public fixed byte ReceivedErrors[FifoCapacity];

    /// <summary>Characters to be sent, as a ring.</summary>
    public fixed byte ToSend[FifoCapacity];

    /// <summary>Place of the oldest character received.</summary>
    public int ReceivedHead;

    /// <summary>Number of characters received.</summary>
    public int ReceivedCount;

    /// <summary>Place of the oldest character to be sent.</summary>
    public int ToSendHead;

    /// <summary>Number of characters to be sent.</summary>
    public int ToSendCount;

    /// <summary>Divisor of the baud generator.</summary>
    public ushort Divisor;

    /// <summary>Interrupt enable register.</summary>
    public byte Enable;

    /// <summary>FIFO control register: the enable and the trigger level.</summary>
    public byte FifoControl;

    /// <summary>Line control register.</summary>
    public byte LineControl;

    /// <summary>Modem control register.</summary>
    public byte ModemControl;

    /// <summary>Error bits of the line status register.</summary>
    public byte LineErrors;

    /// <summary>Inputs from the modem, as the high half of the modem status register.</summary>
    public byte ModemInputs;

    /// <summary>The high half of the modem status register as it was last: in loopback not the inputs.</summary>
    public byte ModemLevels;

    /// <summary>Changes since the modem status was read: its low half.</summary>
    public byte ModemChanges;

    /// <summary>Scratch register.</summary>
    public byte Scratch;

    /// <summary>Last byte read from the receiver.</summary>
    public byte ReceiverBuffer;

    /// <summary>Character on the wire.</summary>
    public byte TransmitShift;

    /// <summary>A character is on the wire.</summary>
    public bool IsShifting;

    /// <summary>The transmitter has become empty and the driver has not been told.</summary>
    public bool HasEmptied;

    /// <summary>Characters have lain in the FIFO for four character times.</summary>
    public bool HasTimedOut;

    /// <summary>The line is high.</summary>
    public bool IsLineHigh;
}
