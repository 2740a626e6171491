// The timer of a local APIC. It counts down by a divided clock, once or periodically, or waits until the time-stamp counter
// reaches a deadline. The current count is computed from a count that was right at some tick of the undivided clock; whatever
// changes the speed first brings that pair up to now, so the count goes on from where it was. The divider starts anew when a
// count is written and when the division changes. What an expiry does is not the timer's concern: when the local vector is
// masked it is lost.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.TimeStampCounters;

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>Timer of a local APIC.</summary>
/// <remarks>Intel SDM volume 3A, 11.5.4 and 11.5.4.1.</remarks>
internal sealed unsafe class LocalApicTimer
{
    /// <summary>Bits of the divide configuration that are not reserved.</summary>
    public const uint DivideBits = 0xb;

    private readonly LocalApicTimerState* state;
    private readonly MachineClock clock;
    private readonly TimeStampCounter counter;
    private readonly Frequency frequency;
    private readonly LocalApicDefect defect;

    public LocalApicTimer(
        Arena arena, MachineClock clock, TimeStampCounter counter, Frequency frequency, LocalApicDefect defect)
    {
        this.clock = clock;
        this.counter = counter;
        this.frequency = frequency;
        this.defect = defect;
        state = arena.ReserveHot<LocalApicTimerState>(1);
    }

    /// <summary>When the timer expires, in nanoseconds of the machine.</summary>
    public ulong NextEventNanoseconds
    {
        get
        {
            if (state->Mode == LocalApicTimerMode.Deadline)
            {
                return state->DeadlineTicks == 0 ? MachineClock.Never : counter.TimeOf(state->DeadlineTicks);
            }

            return state->BaseCount == 0 ? MachineClock.Never : frequency.TimeOf(state->BaseTick + (state->BaseCount * Divisor));
        }
    }

    /// <summary>Initial count register.</summary>
    public uint InitialCount => state->InitialCount;

    /// <summary>Divide configuration register.</summary>
    public uint DivideConfiguration => state->DivideConfiguration;

    /// <summary>Deadline in ticks of the time-stamp counter; zero when there is none.</summary>
    public ulong Deadline => state->DeadlineTicks;

    /// <summary>Current count register.</summary>
    public uint CurrentCount
    {
        get
        {
            if (state->Mode == LocalApicTimerMode.Deadline)
            {
                return defect == LocalApicDefect.DeadlineModeShowsCount ? (uint)state->DeadlineTicks : 0;
            }

            if (state->BaseCount == 0)
            {
                return defect == LocalApicDefect.ExpiredCountShowsInitial ? state->InitialCount : 0;
            }

            ulong elapsed = (Now - state->BaseTick) / Divisor;
            if (elapsed < state->BaseCount)
            {
                return state->BaseCount - (uint)elapsed;
            }

            return IsPeriodic ? state->InitialCount - (uint)((elapsed - state->BaseCount) % state->InitialCount) : 0;
        }
    }

    private ulong Now => frequency.TicksAt(clock.NowNanoseconds);

    private bool IsPeriodic => state->Mode == LocalApicTimerMode.Periodic;

    // 000 divides by 2, each further value by twice as much, and 111 by 1.
    private ulong Divisor
    {
        get
        {
            uint configuration = state->DivideConfiguration;
            uint value = (configuration & 3) | ((configuration >> 1) & 4);
            value = defect == LocalApicDefect.DivideByOneIsMissing && value == 7 ? 6 : value;
            value = defect == LocalApicDefect.DivideIgnoresHighBit ? value & 3 : value;
            return 1UL << (int)((value + 1) & 7);
        }
    }

    /// <summary>As after power-up or INIT: one shot, and standing.</summary>
    public void Reset() => *state = default;

    /// <summary>Writes the initial count register, which starts the timer anew or stops it.</summary>
    /// <param name="count">Count; zero stops.</param>
    public void WriteInitialCount(uint count)
    {
        if (state->Mode == LocalApicTimerMode.Deadline && defect != LocalApicDefect.DeadlineModeTakesCount)
        {
            return;
        }

        if (count == 0 && defect == LocalApicDefect.ZeroCountDoesNotStop)
        {
            return;
        }

        state->InitialCount = count;
        if (CurrentCount != 0 && defect == LocalApicDefect.RunningCountIsKept)
        {
            return;
        }

        state->BaseTick = defect == LocalApicDefect.ExpiresTickLate ? Now + Divisor : Now;
        bool stands = state->Mode == LocalApicTimerMode.Reserved && defect != LocalApicDefect.ReservedModeCounts;
        state->BaseCount = stands ? 0 : count;
    }

    /// <summary>Writes the divide configuration; the count goes on from where it is.</summary>
    /// <param name="configuration">Bits 0, 1 and 3.</param>
    public void WriteDivideConfiguration(uint configuration)
    {
        uint count = defect == LocalApicDefect.DivideChangeRestarts ? state->InitialCount : CurrentCount;
        state->DivideConfiguration = configuration;
        if (state->BaseCount != 0)
        {
            state->BaseTick = Now;
            state->BaseCount = count;
        }
    }

    /// <summary>Follows a write of the local vector. One shot and periodic go over into each other while the count runs; into and
    /// out of the other modes the timer is disarmed.</summary>
    /// <param name="mode">Mode that was written.</param>
    public void ChangeMode(LocalApicTimerMode mode)
    {
        if (mode == state->Mode)
        {
            return;
        }

        bool keepsCounting = mode <= LocalApicTimerMode.Periodic && state->Mode <= LocalApicTimerMode.Periodic;
        if (!keepsCounting && defect != LocalApicDefect.ModeChangeKeepsArmed)
        {
            state->BaseCount = 0;
            state->InitialCount = 0;
            state->DeadlineTicks = 0;
        }

        if (keepsCounting && defect == LocalApicDefect.ModeChangeRestarts)
        {
            WriteInitialCount(state->InitialCount);
        }

        state->Mode = mode;
    }

    /// <summary>Writes IA32_TSC_DEADLINE. A deadline that has passed is due at once.</summary>
    /// <param name="ticks">Count of the time-stamp counter; zero disarms.</param>
    public void WriteDeadline(ulong ticks)
    {
        if (state->Mode != LocalApicTimerMode.Deadline && defect != LocalApicDefect.DeadlineAlwaysTaken)
        {
            return;
        }

        ulong wanted = ticks == 0 && defect == LocalApicDefect.ZeroDeadlineFires ? 1 : ticks;
        wanted = ticks == 0 && defect == LocalApicDefect.ZeroDeadlineIsIgnored ? state->DeadlineTicks : wanted;
        bool isPast = ticks != 0 && counter.Value >= ticks;
        state->DeadlineTicks = isPast && defect == LocalApicDefect.PastDeadlineIsLost ? 0 : wanted;
    }

    /// <summary>Expires if it is time to.</summary>
    /// <returns>Whether it has; several periods that end in one nanosecond are one expiry.</returns>
    public bool Expire()
    {
        if (NextEventNanoseconds > clock.NowNanoseconds)
        {
            return false;
        }

        if (state->Mode == LocalApicTimerMode.Deadline)
        {
            state->DeadlineTicks = defect == LocalApicDefect.DeadlineStaysArmed ? ulong.MaxValue : 0;
            return true;
        }

        bool reloads = IsPeriodic && defect != LocalApicDefect.PeriodicExpiresOnce;
        if (reloads || defect == LocalApicDefect.OneShotRepeats)
        {
            Reload();
            return true;
        }

        state->BaseCount = 0;
        return true;
    }

    private void Reload()
    {
        ulong period = state->InitialCount * Divisor;
        ulong firstTick = state->BaseTick + (state->BaseCount * Divisor);
        ulong skipped = (Now - firstTick) / period;
        state->BaseTick = defect == LocalApicDefect.PeriodicDrifts ? Now + 1 : firstTick + (skipped * period);
        state->BaseCount = state->InitialCount;
    }
}
