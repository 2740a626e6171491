// The modem side of the UART: four outputs of which the model only needs two, four inputs, and the changes of those that a driver
// has not seen. In loopback the outputs are wired to the inputs inside the chip, and the changes are noticed all the same.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>Modem control and status.</summary>
/// <remarks>PC16550D, modem control register, modem status register.</remarks>
internal sealed unsafe class UartModem
{
    private readonly UartState* state;
    private readonly UartDefect defect;

    internal UartModem(UartState* state, UartDefect defect)
    {
        this.state = state;
        this.defect = defect;
    }

    /// <summary>Whether the UART listens to itself.</summary>
    internal bool IsLoop => (state->ModemControl & UartRegister.Loop) != 0;

    /// <summary>Whether OUT2 is asserted at the pin.</summary>
    internal bool IsOut2 =>
        (state->ModemControl & UartRegister.Out2) != 0 && (!IsLoop || defect == UartDefect.LoopKeepsOutputs);

    /// <summary>Writes the modem control register.</summary>
    internal void WriteControl(byte value)
    {
        state->ModemControl = defect == UartDefect.ModemControlIsByte ? value : (byte)(value & UartRegister.ModemControlMask);
        NoteLevels();
    }

    /// <summary>Reads the modem status register, which clears the changes.</summary>
    internal byte ReadStatus()
    {
        byte status = (byte)(state->ModemLevels | state->ModemChanges);
        state->ModemChanges = defect == UartDefect.ModemChangesStay ? state->ModemChanges : (byte)0;
        return status;
    }

    /// <summary>Takes new levels from the modem.</summary>
    internal void Drive(byte inputs)
    {
        state->ModemInputs = inputs;
        NoteLevels();
    }

    // RI counts only where it ends, the others at each change.
    private void NoteLevels()
    {
        int levels = IsLoop && defect != UartDefect.LoopReadsPins ? Looped() : state->ModemInputs;
        int before = state->ModemLevels;
        int changed = (levels ^ before) >> UartRegister.ModemLevelShift;
        bool hasRingEnded = (before & UartRegister.Ring) != 0 && (levels & UartRegister.Ring) == 0;
        if (!hasRingEnded && defect != UartDefect.RingBeginsToo)
        {
            changed &= ~UartRegister.RingEnded;
        }

        state->ModemLevels = (byte)levels;
        state->ModemChanges |= defect == UartDefect.ModemChangesUnnoticed ? (byte)0 : (byte)changed;
    }

    // DTR to DSR, RTS to CTS, OUT1 to RI, OUT2 to DCD.
    private int Looped()
    {
        int control = state->ModemControl;
        int low = defect == UartDefect.LoopIsStraight ? control & 3 : ((control & 1) << 1) | ((control >> 1) & 1);
        return ((control & 0x0c) | low) << UartRegister.ModemLevelShift;
    }
}
