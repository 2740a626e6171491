// The receiving half of the UART: the FIFO, or the one buffer while that is off, the errors that come with each character, and
// the time-out that asks a driver to fetch what never reached the trigger level. An error shows in the line status when its
// character has become the next to be read.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>The receiver.</summary>
/// <remarks>PC16550D, line status register, FIFO control register, FIFO interrupt mode operation.</remarks>
internal sealed unsafe class UartReceiver
{
    private const int TimeoutCharacters = 4;

    private readonly UartState* state;
    private readonly MachineClock clock;
    private readonly UartDefect defect;

    internal UartReceiver(UartState* state, MachineClock clock, UartDefect defect)
    {
        this.state = state;
        this.clock = clock;
        this.defect = defect;
    }

    /// <summary>Whether a character can be read.</summary>
    internal bool HasData => state->ReceivedCount > 0;

    /// <summary>Whether as many characters are here as the driver wants to be told of.</summary>
    internal bool IsAtTrigger => state->ReceivedCount >= TriggerLevel;

    /// <summary>Whether the FIFO or the line status holds an error of a character.</summary>
    internal bool HasFifoError
    {
        get
        {
            int errors = defect == UartDefect.FifoErrorOfLaterOnly ? 0 : state->LineErrors & UartRegister.CharacterErrors;
            for (int index = 0; index < state->ReceivedCount; index++)
            {
                errors |= state->ReceivedErrors[PlaceOf(index)];
            }

            return errors != 0 && IsFifo;
        }
    }

    /// <summary>When the characters in the FIFO have waited too long, in nanoseconds.</summary>
    internal ulong TimeoutNanoseconds
    {
        get
        {
            ulong wait = UartFormat.CharactersNanoseconds(*state, TimeoutCharacters, defect);
            bool mayTimeOut = HasData && IsFifo && wait != 0 && defect != UartDefect.TimeoutIgnored;
            return mayTimeOut ? state->ReceiverMovedNanoseconds + wait : MachineClock.Never;
        }
    }

    private bool IsFifo => (state->FifoControl & UartRegister.FifoEnable) != 0;

    private int Capacity => IsFifo || defect == UartDefect.FifoAlwaysOn ? UartState.FifoCapacity : 1;

    private int TriggerLevel
    {
        get
        {
            int level = IsFifo && defect != UartDefect.TriggerIsOne ? state->FifoControl >> UartRegister.FifoTriggerShift : 0;
            return level switch
            {
                0 => 1,
                1 => 4,
                2 => 8,
                _ => defect == UartDefect.HighestTriggerIsFull ? UartState.FifoCapacity : 14,
            };
        }
    }

    /// <summary>Takes a character from the wire.</summary>
    internal void Accept(byte value, byte errors)
    {
        if (state->ReceivedCount == Capacity)
        {
            state->LineErrors |= defect == UartDefect.OverrunUnnoticed ? (byte)0 : UartRegister.Overrun;
            if (IsFifo != (defect == UartDefect.OverrunLosesOther))
            {
                return;
            }

            state->ReceivedCount--;
        }

        int place = PlaceOf(state->ReceivedCount++);
        state->Received[place] = (byte)(value & UartFormat.CharacterMask(*state, defect));
        state->ReceivedErrors[place] = errors;
        NoteMove(defect != UartDefect.ReceptionKeepsTimer);
        if (state->ReceivedCount == 1 || defect == UartDefect.ErrorsShowAtOnce)
        {
            ShowErrors(place);
        }
    }

    /// <summary>Reads the oldest character, or again the last one if there is none.</summary>
    internal byte Take()
    {
        if (!HasData)
        {
            return state->ReceiverBuffer;
        }

        state->ReceiverBuffer = state->Received[state->ReceivedHead];
        state->ReceivedHead = PlaceOf(1);
        state->ReceivedCount--;
        state->HasTimedOut = state->HasTimedOut && defect == UartDefect.TimeoutStays;
        NoteMove(defect != UartDefect.ReadKeepsTimer);
        if (HasData && defect != UartDefect.LaterErrorsLost)
        {
            ShowErrors(state->ReceivedHead);
        }

        return state->ReceiverBuffer;
    }

    /// <summary>Forgets all characters.</summary>
    internal void Clear()
    {
        state->ReceivedHead = 0;
        state->ReceivedCount = 0;
        state->HasTimedOut = false;
    }

    /// <summary>Notes whether the characters have waited too long by now.</summary>
    internal void Synchronize() => state->HasTimedOut |= TimeoutNanoseconds <= clock.NowNanoseconds;

    private void NoteMove(bool restartsTimer) =>
        state->ReceiverMovedNanoseconds = restartsTimer ? clock.NowNanoseconds : state->ReceiverMovedNanoseconds;

    private void ShowErrors(int place)
    {
        state->LineErrors |= state->ReceivedErrors[place];
        state->ReceivedErrors[place] = 0;
    }

    private int PlaceOf(int index) => (state->ReceivedHead + index) % UartState.FifoCapacity;
}
