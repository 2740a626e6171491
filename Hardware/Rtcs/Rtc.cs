// The MC146818A clock of a PC behind its index and data ports. A divider of 32768 Hz begins an update each second; UIP warns 244
// microseconds ahead, and 1984 microseconds later the update is over and the new time can be read. Periodic edges lie half of
// their period before that warning, as the data sheet's figure has them. The clock of the machine stops only for events that
// raise the line; all else is caught up with when a register is accessed. The date at power-on is an option, never the host's.
// Nothing is done about daylight saving (bit DSE is kept, as in later chip sets), and there is no square-wave pin.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Rtcs;

/// <summary>The real-time clock with its memory.</summary>
/// <remarks>Motorola MC146818A data sheet; ports 0x70 and 0x71 as in the ICH south bridges.</remarks>
public sealed unsafe class Rtc : IClockedDevice
{
    /// <summary>Port of the index and the NMI mask; write-only.</summary>
    public const ushort IndexPort = 0x70;

    /// <summary>Port of the byte that the index names.</summary>
    public const ushort DataPort = 0x71;

    /// <summary>Interrupt line of the clock; high while it asks.</summary>
    public const int Line = 8;

    private const ulong TicksPerSecond = 32_768;
    private const ulong HalfSecondTicks = TicksPerSecond / 2;
    private const ulong Never = ulong.MaxValue;
    private const byte FloatingBus = 0xff;
    private const byte NmiMask = 0x80;

    // Register A
    private const byte UpdateInProgress = 0x80;
    private const byte DividerMask = 0x70;
    private const byte DividerRuns = 0x20;
    private const byte RateMask = 0x0f;
    private const byte PowerOnA = 0x26;

    // Register B; the flags of register C have the bits of their enables.
    private const byte Set = 0x80;
    private const byte Periodic = 0x40;
    private const byte Alarm = 0x20;
    private const byte UpdateEnded = 0x10;
    private const byte SquareWave = 0x08;
    private const byte DaylightSaving = 0x01;
    private const byte Sources = Periodic | Alarm | UpdateEnded;
    private const byte PowerOnB = 0x02;

    // Registers C and D
    private const byte Summary = 0x80;
    private const byte IsValid = 0x80;

    private readonly RtcState* state;
    private readonly RtcCalendar calendar;
    private readonly MachineClock clock;
    private readonly IInterruptLines lines;
    private readonly Frequency frequency = new(TicksPerSecond);
    private readonly RtcDefect defect;

    /// <summary>Reserves the clock and attaches it to that of the machine.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="clock">Clock of the machine.</param>
    /// <param name="lines">Lines of which the clock drives <see cref="Line"/>.</param>
    /// <param name="powerOnUnixSeconds">Date at power-on in seconds since 1970.</param>
    /// <param name="defect">A mistake to build in.</param>
    public Rtc(Arena arena, MachineClock clock, IInterruptLines lines, ulong powerOnUnixSeconds, RtcDefect defect = default)
    {
        this.clock = clock;
        this.lines = lines;
        this.defect = defect;
        state = arena.ReserveHot<RtcState>(1);
        calendar = new(state, defect);
        state->NextEventNanoseconds = MachineClock.Never;
        state->Index = RtcRegister.D;
        state->IsNmiMasked = true;
        state->Bytes[RtcRegister.A] = PowerOnA;
        state->Bytes[RtcRegister.B] = PowerOnB;
        state->Bytes[RtcRegister.D] = defect == RtcDefect.ValidBitIsClear ? (byte)0 : IsValid;
        calendar.SetTime(powerOnUnixSeconds);
        clock.Attach(this);
    }

    /// <inheritdoc/>
    public ulong NextEventNanoseconds => state->NextEventNanoseconds;

    /// <summary>Whether the index port masks non-maskable interrupts.</summary>
    public bool IsNmiMasked => state->IsNmiMasked;

    // Ticks since the divider was zero.
    private ulong Divider => state->Tick - state->DividerZeroTick;

    private ulong UpdateTicks => defect == RtcDefect.UpdateTakesNoTime ? 0ul : 65ul;

    private ulong WarningTicks => defect == RtcDefect.UpdateWithoutWarning ? 0ul : 8ul;

    private bool IsRunning =>
        (state->Bytes[RtcRegister.A] & DividerMask) == DividerRuns || defect == RtcDefect.DividerResetIgnored;

    private bool IsSet => Has(Set) && defect != RtcDefect.SetIgnored;

    private bool HasInterrupt => defect == RtcDefect.SummaryIgnoresEnable
        ? Flags != 0
        : (Flags & state->Bytes[RtcRegister.B] & Sources) != 0;

    private byte Flags
    {
        get => state->Bytes[RtcRegister.C];
        set => state->Bytes[RtcRegister.C] = value;
    }

    private ulong PeriodTicks
    {
        get
        {
            int rate = state->Bytes[RtcRegister.A] & RateMask;
            return rate switch
            {
                0 => defect == RtcDefect.RateZeroIsARate ? TicksPerSecond : 0ul,
                1 or 2 when defect != RtcDefect.FirstRatesAreFast => 1ul << (rate + 6),
                _ => 1ul << (defect == RtcDefect.RatesAreHalved ? rate : rate - 1),
            };
        }
    }

    /// <inheritdoc/>
    public void Act()
    {
        Synchronize();
        Plan();
    }

    /// <summary>The reset pin: disables and clears all interrupts and leaves time and memory alone.</summary>
    public void Reset()
    {
        Synchronize();
        if (defect != RtcDefect.ResetIgnored)
        {
            state->Bytes[RtcRegister.B] &= unchecked((byte)~(Sources | SquareWave));
            Flags = 0;
        }

        state->Bytes[RtcRegister.Count - 1] =
            defect == RtcDefect.ResetLosesMemory ? (byte)0 : state->Bytes[RtcRegister.Count - 1];
        Plan();
    }

    /// <summary>Reads a port of the clock.</summary>
    /// <param name="port">0x71.</param>
    /// <returns>The byte read; 0xff for any other port, the write-only 0x70 too.</returns>
    public byte ReadPort(ushort port)
    {
        if (port == IndexPort && defect == RtcDefect.IndexIsReadable)
        {
            return state->Index;
        }

        return port == DataPort ? Read(TakeIndex()) : FloatingBus;
    }

    /// <summary>Writes a port of the clock.</summary>
    /// <param name="port">0x70 or 0x71; any other is ignored.</param>
    /// <param name="value">The byte to write.</param>
    public void WritePort(ushort port, byte value)
    {
        if (port == IndexPort)
        {
            int mask = defect == RtcDefect.MemoryIsSmall ? 0x3f : RtcRegister.Count - 1;
            state->Index = (byte)(defect == RtcDefect.IndexTakesNmiBit ? Math.Min(value, mask) : value & mask);
            state->IsNmiMasked = (value & NmiMask) != 0 && defect != RtcDefect.NmiMaskIgnored;
        }
        else if (port == DataPort)
        {
            Write(TakeIndex(), value);
        }
    }

    private int TakeIndex()
    {
        int index = state->Index;
        state->Index = defect == RtcDefect.IndexIsForgotten ? (byte)RtcRegister.D : state->Index;
        return index;
    }

    private byte Read(int index)
    {
        Synchronize();
        return index switch
        {
            RtcRegister.A => (byte)(state->Bytes[index] | (IsUpdating() ? UpdateInProgress : 0)),
            RtcRegister.C => ReadFlags(),
            _ => state->Bytes[index],
        };
    }

    private void Write(int index, byte value)
    {
        Synchronize();
        switch (index)
        {
            case RtcRegister.A:
                WriteDivider(value);
                break;
            case RtcRegister.B:
                WriteControl(value);
                break;
            case RtcRegister.C:
                Flags = defect == RtcDefect.FlagsAreWritable ? (byte)(value & Sources) : Flags;
                break;
            case RtcRegister.D:
                state->Bytes[index] = defect == RtcDefect.ValidBitIsWritable ? value : state->Bytes[index];
                break;
            default:
                state->Bytes[index] = value;
                break;
        }

        Plan();
    }

    private byte ReadFlags()
    {
        byte value = (byte)(Flags | (HasInterrupt ? Summary : 0));
        if (defect != RtcDefect.ReadKeepsFlags)
        {
            Flags &= (byte)(defect == RtcDefect.ReadClearsEnabledOnly ? ~state->Bytes[RtcRegister.B] : 0);
        }

        Plan();
        return value;
    }

    // The first update after the divider was held in reset begins half a second later.
    private void WriteDivider(byte value)
    {
        bool wasRunning = IsRunning;
        state->Bytes[RtcRegister.A] = (byte)(defect == RtcDefect.UpdateBitIsWritable ? value : value & ~UpdateInProgress);
        if (IsRunning && !wasRunning)
        {
            state->DividerZeroTick = state->Tick - (defect == RtcDefect.DividerStartsWholeSecond ? 0 : HalfSecondTicks);
            state->SettledUpdates = 0;
        }
    }

    private void WriteControl(byte value)
    {
        byte rising = (byte)(value & ~state->Bytes[RtcRegister.B]);
        uint seconds = calendar.Get(RtcRegister.Seconds);
        bool clearsEnable = (rising & Set) != 0 && defect != RtcDefect.SetKeepsUpdateEnable;
        byte kept = (byte)(defect == RtcDefect.DaylightBitIsLost ? value & ~DaylightSaving : value);
        state->Bytes[RtcRegister.B] = (byte)(clearsEnable ? kept & ~UpdateEnded : kept);
        if (defect == RtcDefect.ModeChangeConverts)
        {
            calendar.Set(RtcRegister.Seconds, seconds);
        }

        if (defect == RtcDefect.SetResetsDivider && (rising & Set) != 0)
        {
            state->DividerZeroTick = state->Tick;
        }

        Flags &= (byte)(defect == RtcDefect.EnableComesLate ? ~rising : 0xff);
        SettleUpdates();
    }

    private bool IsUpdating()
    {
        if (!IsRunning || (IsSet && defect != RtcDefect.SetShowsUpdate) || defect == RtcDefect.UpdateNeverInProgress)
        {
            return false;
        }

        bool isWarning = Divider % TicksPerSecond >= TicksPerSecond - WarningTicks;
        return isWarning || Divider / TicksPerSecond > state->SettledUpdates;
    }

    private void Synchronize()
    {
        ulong edges = PeriodicEdges();
        state->Tick = frequency.TicksAt(clock.NowNanoseconds);
        if (!IsRunning)
        {
            return;
        }

        if (PeriodicEdges() != edges && (Has(Periodic) || defect != RtcDefect.PeriodicFlagNeedsEnable))
        {
            Flags |= Periodic;
        }

        SettleUpdates();
    }

    // While SET is high, updates that would have begun are skipped for good.
    private void SettleUpdates()
    {
        if (!IsRunning)
        {
            return;
        }

        ulong ended = Divider < UpdateTicks ? 0 : (Divider - UpdateTicks) / TicksPerSecond;
        if (IsSet)
        {
            ulong begun = defect == RtcDefect.SetDoesNotAbort ? ended : Divider / TicksPerSecond;
            state->SettledUpdates = Math.Max(state->SettledUpdates, begun);
        }
        else if (ended > state->SettledUpdates)
        {
            ulong seconds = ended - state->SettledUpdates;
            state->SettledUpdates = ended;
            Update(seconds);
        }
    }

    private void Update(ulong seconds)
    {
        bool awaitsAlarm = (Flags & Alarm) == 0;
        if (awaitsAlarm && seconds >= calendar.SecondsToAlarm() && (Has(Alarm) || defect != RtcDefect.AlarmNeedsEnable))
        {
            Flags |= Alarm;
        }

        bool isFlagged = Has(UpdateEnded) || defect != RtcDefect.UpdateFlagNeedsEnable;
        Flags |= (byte)(isFlagged && defect != RtcDefect.UpdateFlagIgnored ? UpdateEnded : 0);
        calendar.Advance(defect == RtcDefect.ClockStands ? 0 : seconds);
    }

    // Where in the course of the divider the edges are, counted from the edge before it was zero.
    private ulong PeriodicPhase(ulong period) => defect == RtcDefect.PeriodicMeetsUpdate ? 0 : (period / 2) + WarningTicks;

    private ulong PeriodicEdges()
    {
        ulong period = PeriodTicks;
        return period == 0 ? 0 : (Divider + PeriodicPhase(period)) / period;
    }

    // Tells the line if it has changed, and finds out when it can rise next.
    private void Plan()
    {
        bool isHigh = HasInterrupt
            || (state->IsLineHigh && defect == RtcDefect.ReadKeepsLine)
            || (state->IsLineHigh && defect == RtcDefect.DisableKeepsLine && Flags != 0);
        if (isHigh != state->IsLineHigh)
        {
            state->IsLineHigh = isHigh;
            lines.Drive(Line, isHigh);
        }

        if (defect == RtcDefect.LineIsPulse)
        {
            lines.Drive(Line, isHigh: false);
        }

        ulong divider = Math.Min(NextUpdate(), NextPeriodicEdge());
        state->NextEventNanoseconds = divider == Never
            ? MachineClock.Never
            : frequency.TimeOf(state->DividerZeroTick + divider);
    }

    // Divider at the end of the next update that raises an interrupt.
    private ulong NextUpdate()
    {
        if (!IsRunning || IsSet)
        {
            return Never;
        }

        uint seconds = Awaits(UpdateEnded) ? 1 : Awaits(Alarm) ? calendar.SecondsToAlarm() : RtcCalendar.NoAlarm;
        return seconds == RtcCalendar.NoAlarm
            ? Never
            : ((state->SettledUpdates + seconds) * TicksPerSecond) + UpdateTicks;
    }

    private ulong NextPeriodicEdge()
    {
        ulong period = PeriodTicks;
        return IsRunning && Awaits(Periodic) && period != 0
            ? ((PeriodicEdges() + 1) * period) - PeriodicPhase(period)
            : Never;
    }

    private bool Has(byte bit) => (state->Bytes[RtcRegister.B] & bit) != 0;

    private bool Awaits(byte source) => Has(source) && (Flags & source) == 0;
}
