// Mistakes that can be built into the serial port, one value for each rule of its manual. Each changes one line of the model; the
// rule book of the tests shows that every one of them is noticed.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>A mistake in the model of the 16550.</summary>
public enum UartDefect : byte
{
    /// <summary>No mistake.</summary>
    None = 0,

    /// <summary>The FIFO is on at power-on.</summary>
    PowerOnHasFifo,

    /// <summary>DLAB does not bring the divisor to the first two places.</summary>
    DivisorAccessIgnored,

    /// <summary>Time-outs are of 115200 baud, whatever the divisor.</summary>
    DivisorIgnored,

    /// <summary>The scratch register does not exist.</summary>
    NoScratch,

    /// <summary>The interrupt enable register keeps all bits.</summary>
    EnableIsByte,

    /// <summary>The modem control register keeps all bits.</summary>
    ModemControlIsByte,

    /// <summary>Writes to the line status set errors.</summary>
    LineStatusIsWritable,

    /// <summary>Writes to the modem status set changes.</summary>
    ModemStatusIsWritable,

    /// <summary>Characters always have eight bits.</summary>
    CharactersAreBytes,

    /// <summary>Time-outs do not count the parity bit.</summary>
    ParityTakesNoTime,

    /// <summary>Time-outs do not count a second stop bit.</summary>
    StopBitsTakeNoTime,

    /// <summary>Characters of five bits have two stop bits instead of one and a half.</summary>
    ShortStopIsTwo,

    /// <summary>The character of a break is what came.</summary>
    BreakIsNotZero,

    /// <summary>The receiver holds sixteen characters though the FIFO is off.</summary>
    FifoAlwaysOn,

    /// <summary>The interrupt identification does not show the FIFOs.</summary>
    FifosNotIdentified,

    /// <summary>An overrun is not shown.</summary>
    OverrunUnnoticed,

    /// <summary>The FIFO loses its newest character to an overrun, the single buffer the new one.</summary>
    OverrunLosesOther,

    /// <summary>An error shows when its character comes, not when it can be read.</summary>
    ErrorsShowAtOnce,

    /// <summary>Only the errors of a character that comes into an empty FIFO are shown.</summary>
    LaterErrorsLost,

    /// <summary>Reading the line status does not clear its errors.</summary>
    LineErrorsStay,

    /// <summary>The error bit of the FIFO leaves out the character that can be read.</summary>
    FifoErrorOfLaterOnly,

    /// <summary>The FIFO of the receiver cannot be reset.</summary>
    ReceiverResetIgnored,

    /// <summary>The FIFO of the transmitter cannot be reset.</summary>
    TransmitterResetIgnored,

    /// <summary>The FIFOs are reset though the enable is not set in the same write.</summary>
    ResetWithoutEnable,

    /// <summary>Switching the FIFOs on or off keeps what they hold.</summary>
    SwitchKeepsFifos,

    /// <summary>A reset of the transmitter takes the character from the wire.</summary>
    ResetStopsShift,

    /// <summary>Every character reaches the trigger level.</summary>
    TriggerIsOne,

    /// <summary>The highest trigger level is sixteen.</summary>
    HighestTriggerIsFull,

    /// <summary>Characters below the trigger level wait for ever.</summary>
    TimeoutIgnored,

    /// <summary>Reading a character does not end the time-out.</summary>
    TimeoutStays,

    /// <summary>A time-out is identified as received data.</summary>
    TimeoutLooksReceived,

    /// <summary>Reading a character does not restart the time-out.</summary>
    ReadKeepsTimer,

    /// <summary>Receiving a character does not restart the time-out.</summary>
    ReceptionKeepsTimer,

    /// <summary>A character written to a full FIFO replaces the newest.</summary>
    FullFifoReplaces,

    /// <summary>The transmitter is empty though a character is on the wire.</summary>
    ShiftIsForgotten,

    /// <summary>Writing a character does not clear the empty interrupt.</summary>
    WriteKeepsEmpty,

    /// <summary>The empty interrupt comes at each character that leaves the FIFO.</summary>
    EmptyAtEachCharacter,

    /// <summary>Enabling the empty interrupt of an empty transmitter does not raise it.</summary>
    EnableIsNoCause,

    /// <summary>Reading the identification does not clear the empty interrupt.</summary>
    IdentificationKeepsEmpty,

    /// <summary>Reading the identification clears the empty interrupt though it shows another.</summary>
    IdentificationClearsOther,

    /// <summary>The empty interrupt goes before received data.</summary>
    EmptyGoesFirst,

    /// <summary>Errors of the line raise no interrupt.</summary>
    LineStatusWithoutInterrupt,

    /// <summary>All interrupts are enabled.</summary>
    EnableIgnored,

    /// <summary>The line is low while an interrupt is pending.</summary>
    LineIsInverted,

    /// <summary>The interrupt passes the gate of OUT2 always.</summary>
    Out2Ignored,

    /// <summary>The modem status has no changes.</summary>
    ModemChangesUnnoticed,

    /// <summary>Reading the modem status does not clear the changes.</summary>
    ModemChangesStay,

    /// <summary>The change of the ring indicator is shown when it begins too.</summary>
    RingBeginsToo,

    /// <summary>Loopback does not cut the wire off.</summary>
    LoopHearsWire,

    /// <summary>Characters sent in loopback do not come back.</summary>
    LoopSendsNothing,

    /// <summary>The modem status in loopback is that of the pins.</summary>
    LoopReadsPins,

    /// <summary>Loopback wires DTR to CTS and RTS to DSR.</summary>
    LoopIsStraight,

    /// <summary>OUT2 reaches its pin in loopback.</summary>
    LoopKeepsOutputs,
}
