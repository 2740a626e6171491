// A 16550 serial port. The wire takes no time: a character that the other side sends is in the receiver at once, one that the
// driver sends leaves when the other side asks for it, and in loopback it comes back at once. Only the character time-out goes
// by the clock. The chip's delay of the empty interrupt by one character is left out with the time of the wire. The line is high
// while an interrupt is pending.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>The serial port.</summary>
/// <remarks>National Semiconductor PC16550D data sheet.</remarks>
public sealed unsafe class Uart : IClockedDevice
{
    // 9600 baud, as firmware tends to leave it; the chip's own value at power-on is undefined.
    private const ushort PowerOnDivisor = 12;
    private const int HighByteShift = 8;

    private readonly UartState* state;
    private readonly UartReceiver receiver;
    private readonly UartTransmitter transmitter;
    private readonly UartModem modem;
    private readonly IInterruptLines lines;
    private readonly int line;
    private readonly UartOptions options;
    private readonly UartDefect defect;

    /// <summary>Reserves the port and attaches it to the clock.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="clock">Clock of the machine.</param>
    /// <param name="lines">Lines of an interrupt controller.</param>
    /// <param name="line">The line that the port drives.</param>
    /// <param name="defect">A mistake to build in.</param>
    public Uart(Arena arena, MachineClock clock, IInterruptLines lines, int line, UartDefect defect = default)
        : this(arena, clock, lines, line, default, defect)
    {
    }

    /// <summary>Reserves the port with a wiring of the board and attaches it to the clock.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="clock">Clock of the machine.</param>
    /// <param name="lines">Lines of an interrupt controller.</param>
    /// <param name="line">The line that the port drives.</param>
    /// <param name="options">Wiring of the board.</param>
    /// <param name="defect">A mistake to build in.</param>
    public Uart(
        Arena arena, MachineClock clock, IInterruptLines lines, int line, UartOptions options, UartDefect defect = default)
    {
        this.lines = lines;
        this.line = line;
        this.options = options;
        this.defect = defect;
        state = arena.ReserveHot<UartState>(1);
        state->NextEventNanoseconds = MachineClock.Never;
        state->Divisor = PowerOnDivisor;
        state->FifoControl = defect == UartDefect.PowerOnHasFifo ? UartRegister.FifoEnable : (byte)0;
        receiver = new(state, clock, defect);
        transmitter = new(state, defect);
        modem = new(state, defect);
        clock.Attach(this);
    }

    /// <inheritdoc/>
    public ulong NextEventNanoseconds => state->NextEventNanoseconds;

    /// <summary>Whether the driver holds the wire low: a break (LCR bit 6). Loopback cuts the wire off.</summary>
    public bool IsBreaking => (state->LineControl & UartRegister.SetBreak) != 0 && !modem.IsLoop;

    private bool IsDivisorAccess =>
        (state->LineControl & UartRegister.DivisorAccess) != 0 && defect != UartDefect.DivisorAccessIgnored;

    private byte Identification
    {
        get
        {
            if (Enables(UartRegister.EnableLineStatus) && HasLineError && defect != UartDefect.LineStatusWithoutInterrupt)
            {
                return UartRegister.IsLineStatus;
            }

            if (IsEmptyPending && defect == UartDefect.EmptyGoesFirst)
            {
                return UartRegister.IsEmpty;
            }

            if (Enables(UartRegister.EnableReceived) && (state->HasTimedOut || receiver.IsAtTrigger))
            {
                bool isTimeout = state->HasTimedOut && defect != UartDefect.TimeoutLooksReceived;
                return isTimeout ? UartRegister.IsTimeout : UartRegister.IsReceived;
            }

            bool isModemStatus = Enables(UartRegister.EnableModemStatus) && state->ModemChanges != 0;
            return IsEmptyPending ? UartRegister.IsEmpty : isModemStatus ? UartRegister.IsModemStatus : UartRegister.IsNone;
        }
    }

    private bool HasLineError => state->LineErrors != 0;

    private bool IsEmptyPending => Enables(UartRegister.EnableEmpty) && state->HasEmptied;

    /// <inheritdoc/>
    public void Act() => Plan();

    /// <summary>Reads a register.</summary>
    /// <param name="port">A port; its low three bits select.</param>
    /// <returns>The byte read.</returns>
    public byte ReadPort(ushort port)
    {
        receiver.Synchronize();
        byte value = Read(port & UartRegister.SelectMask);
        Plan();
        return value;
    }

    /// <summary>Writes a register.</summary>
    /// <param name="port">A port; its low three bits select.</param>
    /// <param name="value">The byte to write; ignored by the status registers.</param>
    public void WritePort(ushort port, byte value)
    {
        receiver.Synchronize();
        Write(port & UartRegister.SelectMask, value);
        if (modem.IsLoop && defect != UartDefect.LoopSendsNothing)
        {
            SendToSelf();
        }

        Plan();
    }

    /// <summary>A character arrives on the wire. In loopback the wire is cut off.</summary>
    /// <param name="value">The character; bits that it has no room for are lost.</param>
    public void Receive(byte value) => Receive(value, UartErrors.None);

    /// <summary>A character arrives on the wire, not as it should.</summary>
    /// <param name="value">The character; a break is received as zero.</param>
    /// <param name="errors">What is wrong with it.</param>
    public void Receive(byte value, UartErrors errors)
    {
        if (modem.IsLoop && defect != UartDefect.LoopHearsWire)
        {
            return;
        }

        receiver.Synchronize();
        bool isBreak = (errors & UartErrors.Break) != 0 && defect != UartDefect.BreakIsNotZero;
        receiver.Accept(isBreak ? (byte)0 : value, (byte)((byte)errors & UartRegister.CharacterErrors));
        Plan();
    }

    /// <summary>The other side takes a character from the wire.</summary>
    /// <param name="value">The character.</param>
    /// <returns>False when there is none.</returns>
    public bool TryTransmit(out byte value)
    {
        receiver.Synchronize();
        bool hasValue = transmitter.TryTake(out value);
        Plan();
        return hasValue;
    }

    /// <summary>Sets the wires from the modem.</summary>
    /// <param name="inputs">Those that are asserted.</param>
    public void DriveModem(UartModemInputs inputs)
    {
        receiver.Synchronize();
        modem.Drive((byte)inputs);
        Plan();
    }

    private byte Read(int register) => register switch
    {
        UartRegister.Data => IsDivisorAccess ? (byte)state->Divisor : receiver.Take(),
        UartRegister.InterruptEnable => IsDivisorAccess ? (byte)(state->Divisor >> HighByteShift) : state->Enable,
        UartRegister.InterruptIdentification => ReadIdentification(),
        UartRegister.LineControl => state->LineControl,
        UartRegister.ModemControl => state->ModemControl,
        UartRegister.LineStatus => ReadLineStatus(),
        UartRegister.ModemStatus => modem.ReadStatus(),
        _ => defect == UartDefect.NoScratch ? (byte)0xff : state->Scratch,
    };

    private void Write(int register, byte value)
    {
        switch (register)
        {
            case UartRegister.Data:
                WriteData(value);
                break;
            case UartRegister.InterruptEnable:
                WriteEnable(value);
                break;
            case UartRegister.InterruptIdentification:
                WriteFifoControl(value);
                break;
            case UartRegister.LineControl:
                state->LineControl = value;
                break;
            case UartRegister.ModemControl:
                modem.WriteControl(value);
                break;
            case UartRegister.LineStatus:
                state->LineErrors |= defect == UartDefect.LineStatusIsWritable ? value : (byte)0;
                break;
            case UartRegister.ModemStatus:
                state->ModemChanges |= defect == UartDefect.ModemStatusIsWritable ? (byte)(value & 0xf) : (byte)0;
                break;
            default:
                state->Scratch = value;
                break;
        }
    }

    private void WriteData(byte value)
    {
        if (IsDivisorAccess)
        {
            state->Divisor = (ushort)((state->Divisor & 0xff00) | value);
        }
        else
        {
            transmitter.Accept(value);
        }
    }

    // A driver that enables the empty interrupt while there is nothing to send is told at once.
    private void WriteEnable(byte value)
    {
        if (IsDivisorAccess)
        {
            state->Divisor = (ushort)((state->Divisor & 0x00ff) | (value << HighByteShift));
            return;
        }

        bool enablesEmpty = (value & ~state->Enable & UartRegister.EnableEmpty) != 0;
        state->HasEmptied |= enablesEmpty && transmitter.IsHoldingEmpty && defect != UartDefect.EnableIsNoCause;
        state->Enable = defect == UartDefect.EnableIsByte ? value : (byte)(value & UartRegister.EnableMask);
    }

    // The other bits are programmed only together with the enable; switching it over empties both FIFOs.
    private void WriteFifoControl(byte value)
    {
        bool isEnabled = (value & UartRegister.FifoEnable) != 0;
        bool isSwitched = ((value ^ state->FifoControl) & UartRegister.FifoEnable) != 0;
        bool empties = isSwitched && defect != UartDefect.SwitchKeepsFifos;
        state->FifoControl = isEnabled ? value : (byte)0;
        if (empties || ResetsByControl(value, UartRegister.FifoResetReceiver, UartDefect.ReceiverResetIgnored))
        {
            receiver.Clear();
        }

        if (empties || ResetsByControl(value, UartRegister.FifoResetTransmitter, UartDefect.TransmitterResetIgnored))
        {
            transmitter.Clear();
        }
    }

    private bool ResetsByControl(byte value, byte reset, UartDefect ignored)
    {
        bool isEnabled = (value & UartRegister.FifoEnable) != 0 || defect == UartDefect.ResetWithoutEnable;
        return isEnabled && (value & reset) != 0 && defect != ignored;
    }

    private byte ReadIdentification()
    {
        byte identification = Identification;
        bool clears = identification == UartRegister.IsEmpty || defect == UartDefect.IdentificationClearsOther;
        state->HasEmptied = state->HasEmptied && (!clears || defect == UartDefect.IdentificationKeepsEmpty);
        bool isFifo = (state->FifoControl & UartRegister.FifoEnable) != 0 && defect != UartDefect.FifosNotIdentified;
        return (byte)(identification | (isFifo ? UartRegister.FifosEnabled : 0));
    }

    private byte ReadLineStatus()
    {
        int status = state->LineErrors | (receiver.HasData ? UartRegister.DataReady : 0);
        status |= transmitter.IsHoldingEmpty ? UartRegister.HoldingEmpty : 0;
        status |= transmitter.IsEmpty ? UartRegister.TransmitterEmpty : 0;
        status |= receiver.HasFifoError ? UartRegister.FifoError : 0;
        state->LineErrors = defect == UartDefect.LineErrorsStay ? state->LineErrors : (byte)0;
        return (byte)status;
    }

    private void SendToSelf()
    {
        while (transmitter.TryTake(out byte value))
        {
            receiver.Accept(value, 0);
        }
    }

    private bool Enables(byte source) => (state->Enable & source) != 0 || defect == UartDefect.EnableIgnored;

    // Tells the line, and when a time-out can raise it.
    private void Plan()
    {
        receiver.Synchronize();
        bool passes = !options.NeedsOut2 || modem.IsOut2 || defect == UartDefect.Out2Ignored;
        bool isHigh = Identification != UartRegister.IsNone && passes;
        if (isHigh != state->IsLineHigh)
        {
            state->IsLineHigh = isHigh;
            lines.Drive(line, isHigh != (defect == UartDefect.LineIsInverted));
        }

        bool awaits = (state->Enable & UartRegister.EnableReceived) != 0 && !state->HasTimedOut;
        state->NextEventNanoseconds = awaits ? receiver.TimeoutNanoseconds : MachineClock.Never;
    }
}
