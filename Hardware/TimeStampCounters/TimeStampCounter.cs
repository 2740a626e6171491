// The time-stamp counter of one processor. It is invariant: it runs at one rate whatever the processor does, so its count is a
// function of the time of the machine. Software moves it by writing the count or the adjustment, and both registers always
// tell the same story: a change of one is a change of the other by as many ticks. A guest sees the count scaled and then
// moved, as virtualisation in hardware does it; what the guest writes moves the scaled count.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.TimeStampCounters;

/// <summary>Time-stamp counter with its adjustment and the scaling of a guest.</summary>
/// <remarks>Intel SDM volume 3B, 18.17 (time-stamp counter) and 18.17.3 (adjustment); volume 3C, 25.6.5 (offset and
/// multiplier).</remarks>
public sealed unsafe class TimeStampCounter
{
    /// <summary>IA32_TIME_STAMP_COUNTER.</summary>
    public const uint CounterMsr = 0x10;

    /// <summary>IA32_TSC_ADJUST.</summary>
    public const uint AdjustMsr = 0x3b;

    private const int FractionBits = TimeStampCounterOptions.MultiplierFractionBits;

    private readonly TimeStampCounterState* state;
    private readonly MachineClock clock;
    private readonly TimeStampCounterOptions options;
    private readonly Frequency frequency;
    private readonly TimeStampCounterDefect defect;

    /// <summary>Reserves a counter that starts at zero, plus the offset of the guest.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="clock">Clock of the machine.</param>
    /// <param name="options">Properties.</param>
    /// <param name="defect">A mistake to build in.</param>
    public TimeStampCounter(
        Arena arena, MachineClock clock, TimeStampCounterOptions options, TimeStampCounterDefect defect = default)
    {
        Verify.That(options.Multiplier != 0, "a guest whose time stands still");
        this.clock = clock;
        this.options = options;
        this.defect = defect;
        ulong hertz = options.Frequency.TicksPerSecond;
        frequency = new(defect == TimeStampCounterDefect.RoundsFrequency ? hertz / 1_000_000 * 1_000_000 : hertz);
        state = arena.ReserveHot<TimeStampCounterState>(1);
        state->OffsetTicks = StartTicks;
    }

    /// <summary>What RDTSC gives, in ticks.</summary>
    public ulong Value => state->StoppedTicks != 0
        ? state->StoppedTicks - 1
        : (ulong)Scale(frequency.TicksAt(clock.NowNanoseconds)) + state->OffsetTicks;

    private ulong StartTicks => defect switch
    {
        TimeStampCounterDefect.StartsAtOne => 1,
        TimeStampCounterDefect.MultipliesOffset => (ulong)Scale(options.OffsetTicks),
        _ => options.OffsetTicks,
    };

    private ulong Multiplier =>
        defect == TimeStampCounterDefect.IgnoresMultiplier ? 1UL << FractionBits : options.Multiplier;

    /// <summary>RDMSR.</summary>
    /// <param name="msr">Number of the register.</param>
    /// <param name="value">What it holds.</param>
    /// <returns>False for a general-protection fault: the register is not one of the counter.</returns>
    public bool TryReadMsr(uint msr, out ulong value)
    {
        value = msr == CounterMsr ? Value : state->AdjustTicks;
        bool exists = msr == CounterMsr || (msr == AdjustMsr && HasAdjust);
        value = exists ? value : 0;
        return exists;
    }

    /// <summary>WRMSR.</summary>
    /// <param name="msr">Number of the register.</param>
    /// <param name="value">What to write.</param>
    /// <returns>False for a general-protection fault: the register is not one of the counter.</returns>
    public bool TryWriteMsr(uint msr, ulong value)
    {
        if (msr == CounterMsr)
        {
            WriteCounter(value);
            return true;
        }

        if (msr == AdjustMsr && HasAdjust)
        {
            WriteAdjust(value);
            return true;
        }

        return false;
    }

    /// <summary>Earliest time at which the counter, as it is set now, is at or above a count.</summary>
    /// <param name="ticks">The count.</param>
    /// <returns>Nanoseconds of the machine; the present time when it is there already; <see cref="MachineClock.Never"/> when it
    /// cannot be told in nanoseconds of 64 bits.</returns>
    public ulong TimeOf(ulong ticks)
    {
        ulong present = Value;
        if (present >= ticks)
        {
            return clock.NowNanoseconds;
        }

        UInt128 scaled = Scale(frequency.TicksAt(clock.NowNanoseconds)) + (ticks - present);
        scaled = defect == TimeStampCounterDefect.DeadlineIgnoresWrites ? ticks : scaled;
        UInt128 raw = defect == TimeStampCounterDefect.DeadlineIgnoresMultiplier ? scaled : Unscale(scaled);
        return raw > ulong.MaxValue ? MachineClock.Never : frequency.TimeOf((ulong)raw);
    }

    /// <summary>Power-up or RESET: count and adjustment are zero again.</summary>
    public void Reset()
    {
        ulong passed = (ulong)Scale(frequency.TicksAt(clock.NowNanoseconds));
        state->OffsetTicks = defect == TimeStampCounterDefect.ResetKeepsCounter ? state->OffsetTicks : StartTicks - passed;
        state->AdjustTicks = defect == TimeStampCounterDefect.ResetKeepsAdjust ? state->AdjustTicks : 0;
    }

    /// <summary>INIT: the counter runs on.</summary>
    public void Init()
    {
        if (defect == TimeStampCounterDefect.InitClears)
        {
            Reset();
        }
    }

    private bool HasAdjust => options.HasAdjust || defect == TimeStampCounterDefect.AdjustAlwaysExists;

    private void WriteCounter(ulong value)
    {
        ulong present = Value;
        ulong wanted = defect == TimeStampCounterDefect.WritesLowHalf ? (present & ~(ulong)uint.MaxValue) | (uint)value : value;
        state->StoppedTicks = defect == TimeStampCounterDefect.WriteStops ? wanted + 1 : 0;
        state->OffsetTicks += wanted - present;
        state->AdjustTicks += defect == TimeStampCounterDefect.WriteKeepsAdjust ? 0 : wanted - present;
    }

    private void WriteAdjust(ulong value)
    {
        ulong difference = defect == TimeStampCounterDefect.AdjustIsAddedWhole ? value : value - state->AdjustTicks;
        state->OffsetTicks += defect == TimeStampCounterDefect.AdjustKeepsCounter ? 0 : difference;
        state->AdjustTicks = defect == TimeStampCounterDefect.AdjustIsShort ? (uint)value : value;
    }

    // The product of 64 by 64 bits is not cut off, so a count beyond 64 bits wraps only where the offset is added.
    private UInt128 Scale(ulong raw)
    {
        int fractionBits = defect == TimeStampCounterDefect.MultiplierIsShort ? 32 : FractionBits;
        return ((UInt128)raw * Multiplier) >> fractionBits;
    }

    private UInt128 Unscale(UInt128 scaled) => scaled >> (128 - FractionBits) != 0
        ? UInt128.MaxValue
        : ((scaled << FractionBits) + Multiplier - 1) / Multiplier;
}
