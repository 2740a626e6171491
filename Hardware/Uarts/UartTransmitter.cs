// The sending half of the UART: the FIFO, or the holding register while that is off, and the shift register behind it. The wire
// takes characters when it likes, so a character stays in the shift register until the other side has taken it.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>The transmitter.</summary>
/// <remarks>PC16550D, transmitter holding register, FIFO control register.</remarks>
internal sealed unsafe class UartTransmitter
{
    private readonly UartState* state;
    private readonly UartDefect defect;

    internal UartTransmitter(UartState* state, UartDefect defect)
    {
        this.state = state;
        this.defect = defect;
    }

    /// <summary>Whether the FIFO or the holding register is empty.</summary>
    internal bool IsHoldingEmpty => state->ToSendCount == 0;

    /// <summary>Whether nothing is left to be sent.</summary>
    internal bool IsEmpty => IsHoldingEmpty && (!state->IsShifting || defect == UartDefect.ShiftIsForgotten);

    private bool IsFifo => (state->FifoControl & UartRegister.FifoEnable) != 0;

    /// <summary>Takes a character from the driver. It is lost where the FIFO is full, and replaces one in the holding register.
    /// </summary>
    internal void Accept(byte value)
    {
        state->HasEmptied = state->HasEmptied && defect == UartDefect.WriteKeepsEmpty;
        int capacity = IsFifo ? UartState.FifoCapacity : 1;
        if (state->ToSendCount == capacity)
        {
            if (IsFifo && defect != UartDefect.FullFifoReplaces)
            {
                return;
            }

            state->ToSendCount--;
        }

        state->ToSend[PlaceOf(state->ToSendCount++)] = value;
        Load();
    }

    /// <summary>Gives the next character to the wire.</summary>
    internal bool TryTake(out byte value)
    {
        value = (byte)(state->TransmitShift & UartFormat.CharacterMask(*state, defect));
        if (!state->IsShifting)
        {
            return false;
        }

        state->IsShifting = false;
        Load();
        return true;
    }

    /// <summary>Forgets what is not on the wire yet.</summary>
    internal void Clear()
    {
        state->HasEmptied |= !IsHoldingEmpty;
        state->ToSendCount = 0;
        state->ToSendHead = 0;
        state->IsShifting = state->IsShifting && defect != UartDefect.ResetStopsShift;
    }

    private void Load()
    {
        if (state->IsShifting || IsHoldingEmpty)
        {
            return;
        }

        state->TransmitShift = state->ToSend[state->ToSendHead];
        state->ToSendHead = PlaceOf(1);
        state->ToSendCount--;
        state->IsShifting = true;
        state->HasEmptied |= IsHoldingEmpty || defect == UartDefect.EmptyAtEachCharacter;
    }

    private int PlaceOf(int index) => (state->ToSendHead + index) % UartState.FifoCapacity;
}
