// How the counting element and the output of one 8254 counter go on with the clock. Tick does what the data sheet says of one
// clock pulse; Advance takes many at once by jumping to the next pulse at which something happens. Between two such pulses the
// counter only goes down, so a jump changes nothing but its value, and whole periods of modes 2 and 3 change nothing at all.

namespace Managarm.Perf.Hardware.Pits;

/// <summary>Counting of one channel.</summary>
/// <remarks>Intel 8254 data sheet (231164), Mode definitions and Operation common to all modes.</remarks>
internal sealed unsafe class PitCounter(PitChannelState* state, PitDefect defect)
{
    /// <summary>More ticks than can ever be counted.</summary>
    public const ulong Never = ulong.MaxValue;

    private const byte IsDecimal = 0x01;
    private const int ModeShift = 1;

    // The data sheet forbids a count of one in modes 2 and 3. It is taken as two there, so that the output goes on.
    private const uint MinPeriodTicks = 2;

    /// <summary>The mode that the control word selects.</summary>
    public PitMode Mode
    {
        get
        {
            int mode = (state->Control >> ModeShift) & 7;
            return (PitMode)(mode <= 5 ? mode : defect == PitDefect.ModesDoNotAlias ? 0 : mode & 3);
        }
    }

    /// <summary>Whether the counter starts again by itself.</summary>
    public bool IsPeriodic => Mode is PitMode.RateGenerator or PitMode.SquareWave;

    /// <summary>Whether counts are in decimal digits.</summary>
    public bool CountsDecimal => (state->Control & IsDecimal) != 0 && defect != PitDefect.DecimalIgnored;

    /// <summary>Ticks until the output or the course of the counter can change next; <see cref="Never"/> while it stands still or
    /// only runs on.</summary>
    public ulong TicksToEvent
    {
        get
        {
            if (state->LoadsNext || state->IsStrobing)
            {
                return 1;
            }

            return IsCounting && (state->IsArmed || IsPeriodic) ? Math.Max(TicksToEnd, 1) : Never;
        }
    }

    private uint Modulus => CountsDecimal ? 10_000u : 0x1_0000u;

    private uint Value => state->Counter == 0 ? Modulus : state->Counter;

    private bool IsCounting => state->IsLoaded
        && !(defect == PitDefect.CounterStopsAtZero && state->Counter == 0 && !state->IsArmed)
        && !(Mode == PitMode.TerminalCount && state->WritesSecond && defect != PitDefect.FirstByteKeepsCounting)
        && (state->Gate || !StopsWithGate);

    private bool StopsWithGate => Mode switch
    {
        PitMode.TerminalCount => defect != PitDefect.GateIgnoredInMode0,
        PitMode.OneShot => defect == PitDefect.OneShotNeedsGate,
        PitMode.SoftwareStrobe => defect != PitDefect.GateIgnoredInMode4,
        PitMode.HardwareStrobe => defect == PitDefect.HardwareStrobeNeedsGate,
        _ => defect != PitDefect.GateDoesNotStopRate,
    };

    private uint Step => Mode == PitMode.SquareWave && defect != PitDefect.SquareCountsByOne ? 2u : 1u;

    // An odd count in mode 3 is counted without its last bit, and the high half is given a tick more.
    private bool HasExtraTick => state->IsOdd
        && (defect == PitDefect.SquareIgnoresOdd || state->Output != (defect == PitDefect.SquareOddIsLow));

    private ulong TicksToEnd => Mode switch
    {
        PitMode.RateGenerator => Value > LowValue ? Value - LowValue : Value,
        PitMode.SquareWave => HasExtraTick ? (state->Counter / Step) + 1 : Value / Step,
        _ => Value - EndValue,
    };

    // The value at which the output of mode 2 falls, and the one at which the count of the modes without a period ends.
    private uint LowValue => defect == PitDefect.RatePulseIsLong ? 2u : 1u;

    private uint EndValue => defect == PitDefect.TerminalCountEarly ? 1u : 0u;

    private uint PeriodTicks => Math.Max(state->Count == 0 ? Modulus : state->Count, MinPeriodTicks);

    private uint StartValue
    {
        get
        {
            uint count = state->Count == 0 && defect == PitDefect.ZeroIsOne ? 1 : state->Count;
            uint start = IsPeriodic && count != 0 ? Math.Max(count, MinPeriodTicks) : count;
            return defect == PitDefect.RateIsLate && Mode == PitMode.RateGenerator ? start + 1 : start;
        }
    }

    /// <summary>Lets clock pulses pass.</summary>
    /// <param name="ticks">How many.</param>
    public void Advance(ulong ticks)
    {
        state->Tick += ticks;
        while (ticks > 0)
        {
            ulong next = TicksToEvent;
            if (next > ticks)
            {
                CountDown(ticks);
                return;
            }

            CountDown(next - 1);
            Tick();
            ticks -= next;
            if (IsAtStartOfPeriod)
            {
                ticks %= PeriodTicks;
            }
        }
    }

    /// <summary>Loads the count register into the counting element, which a clock pulse does.</summary>
    public void Load()
    {
        state->LoadsNext = false;
        state->IsLoaded = true;
        state->IsArmed = true;
        Reload();
        if (Mode == PitMode.OneShot)
        {
            state->Output = false;
        }
    }

    // The same state comes again after a period: the high half begins and no other count waits.
    private bool IsAtStartOfPeriod => IsPeriodic
        && state->IsLoaded
        && state->Output
        && !state->LoadsNext
        && !state->IsNullCount
        && state->Counter == (state->IsOdd ? StartValue - 1 : StartValue);

    private void Tick()
    {
        if (state->IsStrobing && (state->Gate || defect != PitDefect.GateHoldsStrobe))
        {
            state->IsStrobing = false;
            state->Output = true;
        }

        if (state->LoadsNext)
        {
            Load();
        }
        else if (IsCounting)
        {
            Count();
        }
    }

    private void Count()
    {
        switch (Mode)
        {
            case PitMode.RateGenerator:
                CountRate();
                break;
            case PitMode.SquareWave:
                CountSquare();
                break;
            default:
                CountDown(1);
                if (state->IsArmed && state->Counter == EndValue)
                {
                    End();
                }

                break;
        }
    }

    private void CountRate()
    {
        if (state->Counter == 1)
        {
            state->Output = true;
            Reload();
            return;
        }

        CountDown(1);
        state->Output &= state->Counter != LowValue;
    }

    private void CountSquare()
    {
        bool isAtEnd = HasExtraTick ? state->Counter == 0 : Value <= Step;
        if (!isAtEnd)
        {
            CountDown(1);
            return;
        }

        state->Output = !state->Output;
        Reload();
    }

    private void End()
    {
        bool isStrobe = Mode is PitMode.SoftwareStrobe or PitMode.HardwareStrobe;
        state->IsStrobing = isStrobe && defect != PitDefect.StrobeStays;
        state->IsArmed = defect == (isStrobe ? PitDefect.StrobeRepeats : PitDefect.TerminalCountForgotten);
        state->Output = !state->Output;
    }

    private void Reload()
    {
        uint start = StartValue;
        state->IsNullCount = false;
        state->IsOdd = Mode == PitMode.SquareWave && (start & 1) != 0;
        state->Counter = state->IsOdd ? start - 1 : start;
    }

    private void CountDown(ulong ticks)
    {
        if (IsCounting)
        {
            uint modulus = Modulus;
            uint down = (uint)(ticks % modulus * Step % modulus);
            state->Counter = (state->Counter + modulus - down) % modulus;
        }
    }
}
