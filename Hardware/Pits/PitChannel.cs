// One counter of the 8254 as a driver sees it: control word, count bytes, latches, status and gate. Each access first lets the
// counter catch up with the clock. A two-byte count takes effect as a whole when its second byte is written; reads and writes
// have flip-flops of their own, as the 8254 has and the 8253 had not.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Hardware.Pits;

/// <summary>One counter of the 8254.</summary>
/// <remarks>Intel 8254 data sheet (231164), Write operations and Read operations.</remarks>
internal sealed unsafe class PitChannel
{
    private const byte LowOnly = 1;
    private const byte HighOnly = 2;
    private const byte Both = 3;
    private const int AccessShift = 4;
    private const byte ControlMask = 0x3f;
    private const byte AliasedMode = 0x0c;
    private const byte HighModeBit = 0x08;
    private const byte StatusOutput = 0x80;
    private const byte StatusNullCount = 0x40;

    // What a channel is before its first control word is undefined; here it is as after one for mode 0 with two-byte counts.
    private const byte PowerOnControl = 0x30;

    private readonly PitChannelState* state;
    private readonly PitCounter counter;
    private readonly PitDefect defect;

    /// <summary>Reserves the channel.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="gate">Level of the gate.</param>
    /// <param name="defect">A mistake to build in.</param>
    public PitChannel(Arena arena, bool gate, PitDefect defect)
    {
        this.defect = defect;
        state = arena.ReserveHot<PitChannelState>(1);
        counter = new(state, defect);
        state->Gate = gate;
        state->Control = PowerOnControl;
        state->IsNullCount = true;
    }

    /// <summary>The output.</summary>
    public bool Output => state->Output;

    /// <summary>Tick at which the output may change next without an access; the greatest value for never.</summary>
    public ulong NextEventTick
    {
        get
        {
            ulong ticks = counter.TicksToEvent;
            return ticks == PitCounter.Never ? ticks : state->Tick + ticks;
        }
    }

    private int Access => (state->Control >> AccessShift) & 3;

    /// <summary>Lets the counter catch up with the clock.</summary>
    /// <param name="tick">Present tick of the clock.</param>
    public void AdvanceTo(ulong tick) => counter.Advance(tick - state->Tick);

    /// <summary>Writes a control word, not one that latches. The counting element, which the data sheet leaves undefined until
    /// a count is loaded, reads as zero from then on.</summary>
    /// <param name="value">The control word.</param>
    public void WriteControl(byte value)
    {
        state->Control = (byte)(value & ControlMask);
        state->HasCount = false;
        if (defect != PitDefect.ControlKeepsCounting)
        {
            state->IsLoaded = false;
            state->IsArmed = false;
            state->Counter = 0;
        }

        state->LoadsNext = false;
        state->IsStrobing = false;
        state->IsNullCount = defect != PitDefect.ControlIsNoNullCount;
        state->WritesSecond &= defect == PitDefect.ControlKeepsFlipFlop;
        state->ReadsSecond &= defect == PitDefect.ControlKeepsFlipFlop;
        state->HasLatchedCount &= defect == PitDefect.ControlKeepsLatch;
        state->HasLatchedStatus = false;
        state->Output = defect == PitDefect.ControlKeepsOutput ? state->Output : counter.Mode != PitMode.TerminalCount;
    }

    /// <summary>Writes a byte of the count.</summary>
    /// <param name="value">The byte.</param>
    public void WriteCount(byte value)
    {
        switch (Access)
        {
            case LowOnly:
                Complete(defect == PitDefect.SingleByteKeepsOther ? (state->Count & 0xff00) | value : value);
                break;
            case HighOnly:
                Complete(defect == PitDefect.HighByteIsLow ? value : (uint)value << 8);
                break;
            case Both when !state->WritesSecond:
                WriteFirst(value);
                break;
            default:
                state->WritesSecond = false;
                Complete(defect == PitDefect.HighByteFirst
                    ? ((uint)state->FirstByte << 8) | value
                    : state->FirstByte | ((uint)value << 8));
                break;
        }
    }

    /// <summary>Reads the latched status, else the latched count, else the count as it is.</summary>
    /// <returns>One byte of it.</returns>
    public byte Read()
    {
        bool waits = defect == PitDefect.CountBeforeStatus && state->HasLatchedCount;
        if (state->HasLatchedStatus && !waits)
        {
            state->HasLatchedStatus = false;
            return state->LatchedStatus;
        }

        ushort count = state->HasLatchedCount ? state->LatchedCount : Encode(state->Counter);
        bool isFirst = Access == Both && !state->ReadsSecond;
        bool isHigh = Access == HighOnly || (Access == Both && !isFirst);
        state->ReadsSecond = isFirst;
        state->WritesSecond = defect == PitDefect.FlipFlopIsShared ? isFirst : state->WritesSecond;
        bool endsLatch = (!isFirst || defect == PitDefect.LatchEndsEarly) && defect != PitDefect.LatchStays;
        state->HasLatchedCount &= !endsLatch;
        return (byte)(isHigh ? count >> 8 : count);
    }

    /// <summary>Latches the count until it is read.</summary>
    public void LatchCount()
    {
        if ((!state->HasLatchedCount || defect == PitDefect.LatchIsRenewed) && defect != PitDefect.LatchIgnored)
        {
            state->HasLatchedCount = true;
            state->LatchedCount = Encode(state->Counter);
        }
    }

    /// <summary>Latches the status until it is read.</summary>
    public void LatchStatus()
    {
        if (state->HasLatchedStatus && defect != PitDefect.StatusIsRenewed)
        {
            return;
        }

        bool isHigh = state->Output != (defect == PitDefect.StatusOutputInverted);
        bool showsAlias = defect == PitDefect.StatusShowsAlias && (state->Control & AliasedMode) == AliasedMode;
        byte control = (byte)(showsAlias ? state->Control & ~HighModeBit : state->Control);
        state->HasLatchedStatus = true;
        state->LatchedStatus = (byte)(control | (isHigh ? StatusOutput : 0) | (state->IsNullCount ? StatusNullCount : 0));
    }

    /// <summary>Sets the gate.</summary>
    /// <param name="isHigh">Its level.</param>
    public void DriveGate(bool isHigh)
    {
        bool rises = isHigh && !state->Gate;
        state->Gate = isHigh;
        if (counter.IsPeriodic)
        {
            state->Output |= !isHigh && defect != PitDefect.GateKeepsOutputLow;
            rises &= defect != PitDefect.GateDoesNotReload;
        }

        if (rises && state->HasCount)
        {
            Trigger();
        }
    }

    private void Trigger()
    {
        if (counter.Mode is PitMode.TerminalCount or PitMode.SoftwareStrobe)
        {
            return;
        }

        if (counter.Mode == PitMode.OneShot)
        {
            state->Output &= defect != PitDefect.OneShotFallsAtOnce;
            if (defect == PitDefect.OneShotCannotRetrigger && state->IsArmed)
            {
                return;
            }
        }

        state->LoadsNext = true;
    }

    private void WriteFirst(byte value)
    {
        state->WritesSecond = true;
        state->FirstByte = value;
        state->IsNullCount |= defect == PitDefect.NullCountAtFirstByte;
        state->Output &= counter.Mode != PitMode.TerminalCount;
        if (defect == PitDefect.FirstByteLoads)
        {
            Complete(value);
        }
    }

    private void Complete(uint written)
    {
        state->Count = Decode(written);
        state->HasCount = true;
        state->IsNullCount = defect != PitDefect.NullCountClearedEarly;
        state->LoadsNext |= LoadsByWrite();
        if (counter.Mode == PitMode.TerminalCount)
        {
            state->Output &= defect == PitDefect.NewCountKeepsOutput;
        }

        if (state->LoadsNext && defect == PitDefect.LoadsAtOnce)
        {
            counter.Load();
        }
    }

    private bool LoadsByWrite() => counter.Mode switch
    {
        PitMode.TerminalCount => state->Gate || defect != PitDefect.GateHoldsLoad,
        PitMode.OneShot => defect == PitDefect.OneShotNeedsNoTrigger
            || (defect == PitDefect.OneShotTakesNewCount && state->IsLoaded),
        PitMode.RateGenerator => !state->IsLoaded || defect == PitDefect.RateTakesNewCountAtOnce,
        PitMode.SquareWave => !state->IsLoaded || defect == PitDefect.SquareTakesNewCountAtOnce,
        PitMode.SoftwareStrobe => !state->IsLoaded || defect != PitDefect.StrobeKeepsOldCount,
        _ => defect == PitDefect.HardwareStrobeNeedsNoTrigger,
    };

    private uint Decode(uint written) => counter.CountsDecimal
        ? ((written & 0xf) + (((written >> 4) & 0xf) * 10) + (((written >> 8) & 0xf) * 100) + ((written >> 12) * 1000)) % 10_000
        : written;

    private ushort Encode(uint value) => counter.CountsDecimal
        ? (ushort)((value % 10) | (value / 10 % 10 << 4) | (value / 100 % 10 << 8) | (value / 1000 << 12))
        : (ushort)value;
}
