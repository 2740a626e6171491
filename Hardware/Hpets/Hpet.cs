// The high precision event timer: one counter and three comparators. The clock of the machine stops only for matches that a line
// or a message shows; all else is caught up with when a register is accessed. Lines are high while they are active, level or
// edge; comparators that share a line hold it together. Time stands still while registers are accessed, so that the two halves of
// the counter belong together, and a driver's loop around them still ends.

using System.Numerics;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Hpets;

/// <summary>The HPET.</summary>
/// <remarks>IA-PC HPET (High Precision Event Timers) specification 1.0a.</remarks>
public sealed unsafe class Hpet : IClockedDevice
{
    /// <summary>Number of comparators.</summary>
    public const int TimerCount = 3;

    /// <summary>Line of comparator 0 in legacy replacement.</summary>
    public const int LegacyTimerLine = 2;

    /// <summary>Line of comparator 1 in legacy replacement.</summary>
    public const int LegacyClockLine = 8;

    internal const int NoLine = -1;

    private const int HalfShift = 32;

    // Below a nanosecond the ticks of all time would not fit into 64 bits.
    private const uint MinPeriodFemtoseconds = 1_000_000;
    private const uint MaxPeriodFemtoseconds = 100_000_000;

    private readonly HpetTimer[] timers = new HpetTimer[TimerCount];
    private readonly HpetState* state;
    private readonly MachineClock clock;
    private readonly IInterruptLines lines;
    private readonly IInterruptBus bus;
    private readonly HpetOptions options;
    private readonly HpetPeriod period;
    private readonly HpetDefect defect;

    /// <summary>Reserves the timer and attaches it to the clock.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="clock">Clock of the machine.</param>
    /// <param name="lines">Lines of the I/O APIC.</param>
    /// <param name="bus">Bus for comparators that send messages.</param>
    /// <param name="options">Capabilities.</param>
    /// <param name="defect">A mistake to build in.</param>
    public Hpet(
        Arena arena,
        MachineClock clock,
        IInterruptLines lines,
        IInterruptBus bus,
        HpetOptions options,
        HpetDefect defect = default)
    {
        this.clock = clock;
        this.lines = lines;
        this.bus = bus;
        this.options = options;
        this.defect = defect;
        Verify.That(
            options.PeriodFemtoseconds is >= MinPeriodFemtoseconds and <= MaxPeriodFemtoseconds,
            "period of the counter is out of range");
        period = new(options.PeriodFemtoseconds);
        state = arena.ReserveHot<HpetState>(1);
        state->NextEventNanoseconds = MachineClock.Never;
        state->Configuration = defect == HpetDefect.PowerOnIsEnabled ? HpetRegister.Enable : 0;
        HpetTimerState* timerStates = arena.ReserveHot<HpetTimerState>(TimerCount);
        for (int number = 0; number < TimerCount; number++)
        {
            timers[number] = new(timerStates + number, number, options, defect);
        }

        clock.Attach(this);
    }

    /// <inheritdoc/>
    public ulong NextEventNanoseconds => state->NextEventNanoseconds;

    private bool IsEnabled => Has(HpetRegister.Enable) || defect == HpetDefect.EnableIgnored;

    private bool IsLegacy => Has(HpetRegister.Legacy) && defect != HpetDefect.LegacyIgnored;

    /// <inheritdoc/>
    public void Act()
    {
        Settle();
        Plan();
    }

    /// <summary>Reads half of a register.</summary>
    /// <param name="offset">Offset of the half; its low two bits are ignored.</param>
    /// <returns>The half; zero for a reserved register.</returns>
    public uint Read(uint offset) =>
        (uint)(Read64(offset & HpetRegister.RegisterMask) >> ShiftOf(offset));

    /// <summary>Reads a register.</summary>
    /// <param name="offset">Offset of the register; its low three bits are ignored.</param>
    /// <returns>The register; zero for a reserved one.</returns>
    public ulong Read64(uint offset)
    {
        Settle();
        uint register = offset & HpetRegister.RegisterMask;
        return register switch
        {
            HpetRegister.Capabilities => ReadCapabilities(),
            HpetRegister.Configuration => state->Configuration,
            HpetRegister.Status => state->Status,
            HpetRegister.Counter => defect == HpetDefect.CounterIsNarrow ? (uint)state->Counter : state->Counter,
            _ => TryFindTimer(register, out HpetTimer timer, out uint part) ? timer.Read(part) : 0,
        };
    }

    /// <summary>Writes half of a register.</summary>
    /// <param name="offset">Offset of the half; its low two bits are ignored.</param>
    /// <param name="value">The half to write.</param>
    public void Write(uint offset, uint value)
    {
        int shift = ShiftOf(offset);
        ulong mask = defect == HpetDefect.HalfWriteClearsOther ? ulong.MaxValue : (ulong)uint.MaxValue << shift;
        Write(offset & HpetRegister.RegisterMask, (ulong)value << shift, mask);
    }

    /// <summary>Writes a register.</summary>
    /// <param name="offset">Offset of the register; its low three bits are ignored.</param>
    /// <param name="value">The register to write.</param>
    public void Write64(uint offset, ulong value) => Write(offset & HpetRegister.RegisterMask, value, ulong.MaxValue);

    private static int ShiftOf(uint offset) => (offset & 4) != 0 ? HalfShift : 0;

    private void Write(uint register, ulong value, ulong mask)
    {
        Settle();
        switch (register)
        {
            case HpetRegister.Configuration:
                WriteConfiguration((uint)value, (uint)mask);
                break;
            case HpetRegister.Status:
                WriteStatus((uint)(value & mask));
                break;
            case HpetRegister.Counter when !IsEnabled || defect == HpetDefect.RunningCounterIsWritable:
                state->Counter = (state->Counter & ~mask) | (value & mask);
                break;
            default:
                if (TryFindTimer(register, out HpetTimer timer, out uint part))
                {
                    timer.Write(part, value, mask);
                }

                break;
        }

        Plan();
    }

    private bool TryFindTimer(uint register, out HpetTimer timer, out uint part)
    {
        uint offset = register - HpetRegister.FirstTimer;
        uint number = offset / HpetRegister.TimerStride;
        bool exists = number < TimerCount;
        timer = timers[exists ? number : 0];
        part = offset % HpetRegister.TimerStride;
        return exists;
    }

    private ulong ReadCapabilities()
    {
        ulong low = HpetRegister.Revision | HpetRegister.Vendor | HpetRegister.WideCounter;
        low |= defect == HpetDefect.TimersAreMiscounted ? HpetRegister.LastTimer + (1 << 8) : HpetRegister.LastTimer;
        low |= options.HasLegacyReplacement ? HpetRegister.LegacyCapable : 0;
        ulong femtoseconds = defect == HpetDefect.PeriodIsNanoseconds ? period.Femtoseconds / 1_000_000 : period.Femtoseconds;
        return (femtoseconds << HpetRegister.PeriodShift) | low;
    }

    private void WriteConfiguration(uint value, uint mask)
    {
        bool hasLegacy = options.HasLegacyReplacement || defect == HpetDefect.LegacyWithoutCapability;
        uint writable = defect == HpetDefect.ReservedBitsKept ? ~0u : HpetRegister.Enable | (hasLegacy ? HpetRegister.Legacy : 0);
        state->Configuration = ((state->Configuration & ~mask) | (value & mask)) & writable;
        state->Counter = !IsEnabled && defect == HpetDefect.HaltClearsCounter ? 0 : state->Counter;
        state->Status = !IsEnabled && defect == HpetDefect.HaltClearsStatus ? 0 : state->Status;
    }

    private void WriteStatus(uint value) =>
        state->Status = defect == HpetDefect.StatusIsWritten ? value & 7 : state->Status & ~value;

    // Brings the counter and the comparators to the present.
    private void Settle()
    {
        ulong tick = period.TicksAt(clock.NowNanoseconds);
        ulong ticks = tick - state->Tick;
        state->Tick = tick;
        if (!IsEnabled && defect != HpetDefect.HaltedCounterRuns)
        {
            return;
        }

        ulong before = state->Counter;
        state->Counter += ticks;
        for (int number = 0; number < TimerCount; number++)
        {
            if (timers[number].Advance(before, ticks))
            {
                Match(number);
            }
        }
    }

    // A comparator sets its status though it may not interrupt; one with a message sends it whatever its trigger mode.
    private void Match(int number)
    {
        HpetTimer timer = timers[number];
        if ((timer.IsLevel && (timer.IsEnabled || defect != HpetDefect.StatusNeedsEnable)) || defect == HpetDefect.EdgeSetsStatus)
        {
            state->Status |= 1u << number;
        }

        if (!timer.IsEnabled)
        {
            return;
        }

        if (SendsMessage(number))
        {
            Send(timer.Message);
        }
        else if (!timer.IsLevel || defect == HpetDefect.LevelIsPulse)
        {
            Pulse(LineOf(number));
        }
    }

    private void Send(ulong message)
    {
        if (HpetMessage.IsInterrupt(message) || defect == HpetDefect.AnyAddressInterrupts)
        {
            _ = bus.Send(HpetMessage.Decode(message, defect));
        }
    }

    private void Pulse(int line)
    {
        if (line == NoLine)
        {
            return;
        }

        lines.Drive(line, isHigh: true);
        lines.Drive(line, isHigh: IsHeld(line) || defect == HpetDefect.EdgeStaysHigh);
    }

    private bool SendsMessage(int number) =>
        timers[number].IsMessage && !(IsLegacy && number < 2 && defect == HpetDefect.LegacyBeatsMessage);

    private int LineOf(int number)
    {
        if (!IsLegacy || (number > 1 && defect != HpetDefect.LegacyTakesAll))
        {
            return timers[number].Route;
        }

        int timerLine = defect == HpetDefect.LegacyTimerOnLineZero ? 0 : LegacyTimerLine;
        return number == 0 ? timerLine : LegacyClockLine;
    }

    // Tells the lines what level-triggered comparators hold, and when a match can next be seen from outside.
    private void Plan()
    {
        uint held = 0;
        UInt128 ticks = UInt128.MaxValue;
        for (int number = 0; number < TimerCount && IsEnabled; number++)
        {
            HpetTimer timer = timers[number];
            uint line = LineBit(number);
            bool isHeld = timer.IsLevel && IsActive(number);
            held = defect == HpetDefect.SharedLineFalls ? held & ~line : held;
            held |= isHeld ? line : 0;
            if (SendsMessage(number) ? HpetMessage.IsInterrupt(timer.Message) : line != 0 && !isHeld)
            {
                ticks = timer.IsEnabled ? UInt128.Min(ticks, timer.TicksToMatch(state->Counter)) : ticks;
            }
        }

        Hold(held);
        bool isSeen = ticks != UInt128.MaxValue;
        state->NextEventNanoseconds = isSeen ? period.TimeOf(state->Tick + ticks) : MachineClock.Never;
    }

    // The line that a comparator may drive, as a bit; none for one that sends messages.
    private uint LineBit(int number)
    {
        int line = LineOf(number);
        bool drives = timers[number].IsEnabled && (!SendsMessage(number) || defect == HpetDefect.MessageDrivesLine);
        return drives && line != NoLine ? 1u << line : 0;
    }

    private void Hold(uint held)
    {
        uint changed = held ^ state->HeldLines;
        state->HeldLines = held;
        for (; changed != 0; changed &= changed - 1)
        {
            int line = BitOperations.TrailingZeroCount(changed);
            lines.Drive(line, IsHeld(line));
        }
    }

    private bool Has(uint bit) => (state->Configuration & bit) != 0;

    private bool IsHeld(int line) => ((state->HeldLines >> line) & 1) != 0;

    private bool IsActive(int number) => ((state->Status >> number) & 1) != 0;
}
