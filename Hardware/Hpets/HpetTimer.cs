// One comparator of the HPET. It compares when the counter ticks, and for equality alone: a comparator that is written behind the
// counter, or equal to it, has to wait until the counter has wrapped around and reaches it again. What it does is computed for
// any number of ticks at once, so that a comparator nobody listens to costs nothing.

using System.Numerics;

namespace Managarm.Perf.Hardware.Hpets;

/// <summary>A comparator.</summary>
/// <remarks>IA-PC HPET 1.0a, 2.3.8 to 2.3.10.</remarks>
internal sealed unsafe class HpetTimer
{
    private readonly HpetTimerState* state;
    private readonly HpetOptions options;
    private readonly HpetDefect defect;
    private readonly bool isPeriodicCapable;
    private readonly bool isWideCapable;

    internal HpetTimer(HpetTimerState* state, int number, HpetOptions options, HpetDefect defect)
    {
        this.state = state;
        this.options = options;
        this.defect = defect;
        isPeriodicCapable = ((options.PeriodicTimers >> number) & 1) != 0;
        isWideCapable = ((options.WideTimers >> number) & 1) != 0;
        state->Comparator = defect == HpetDefect.PowerOnComparatorIsZero ? 0ul : ComparatorMask;
    }

    internal bool IsLevel => Has(HpetRegister.Level);

    internal bool IsEnabled => Has(HpetRegister.InterruptEnable) || defect == HpetDefect.InterruptEnableIgnored;

    internal bool IsMessage => Has(HpetRegister.MessageEnable) && defect != HpetDefect.MessageEnableIgnored;

    /// <summary>The message: its address in the high half, its data word in the low half.</summary>
    internal ulong Message =>
        defect == HpetDefect.MessageIsSwapped ? BitOperations.RotateLeft(state->Message, 32) : state->Message;

    /// <summary>Line of the I/O APIC that the comparator is routed to; one that it may not drive goes nowhere.</summary>
    internal int Route
    {
        get
        {
            int route = (int)((state->Configuration & HpetRegister.RouteMask) >> HpetRegister.RouteShift);
            return MayDrive(route) || defect == HpetDefect.PowerOnRouteIsDriven ? route : Hpet.NoLine;
        }
    }

    private bool IsPeriodic => Has(HpetRegister.Periodic) && defect != HpetDefect.PeriodicIsOneShot;

    private bool IsNarrow => !isWideCapable || (Has(HpetRegister.Narrow) && defect != HpetDefect.NarrowIgnored);

    private ulong ComparatorMask => IsNarrow ? uint.MaxValue : ulong.MaxValue;

    // Ticks after which the same value comes again.
    private UInt128 Modulus => (UInt128)ComparatorMask + 1;

    /// <summary>Ticks until the counter reaches the comparator next: at least one.</summary>
    internal UInt128 TicksToMatch(ulong counter)
    {
        if (defect == HpetDefect.PassedComparatorFires && !IsPeriodic && (long)(state->Comparator - counter) < 0)
        {
            return 1;
        }

        ulong distance = (state->Comparator - counter) & ComparatorMask;
        return distance != 0 ? distance : defect == HpetDefect.EqualComparatorFires ? 1 : Modulus;
    }

    /// <summary>Lets the counter go on.</summary>
    /// <param name="counter">The counter before.</param>
    /// <param name="ticks">How far it goes.</param>
    /// <returns>Whether it has reached the comparator on the way.</returns>
    internal bool Advance(ulong counter, ulong ticks)
    {
        UInt128 first = TicksToMatch(counter);
        if (ticks < first)
        {
            return false;
        }

        if (IsPeriodic)
        {
            ulong period = state->Period & ComparatorMask;
            ulong matches = period == 0 ? 0 : 1 + ((ticks - (ulong)first) / period);
            ulong origin = defect == HpetDefect.PeriodFromCounter ? counter + ticks : state->Comparator;
            state->Comparator = (origin + (matches * period)) & ComparatorMask;
        }

        state->Configuration &= defect == HpetDefect.OneShotDisables ? ~HpetRegister.InterruptEnable : uint.MaxValue;
        return true;
    }

    internal ulong Read(uint register) => register switch
    {
        HpetRegister.TimerConfiguration => ReadConfiguration(),
        HpetRegister.TimerComparator => state->Comparator,
        HpetRegister.TimerMessage => state->Message,
        _ => 0,
    };

    internal void Write(uint register, ulong value, ulong mask)
    {
        switch (register)
        {
            case HpetRegister.TimerConfiguration:
                WriteConfiguration((uint)value, (uint)mask);
                break;
            case HpetRegister.TimerComparator:
                WriteComparator(value, mask);
                break;
            case HpetRegister.TimerMessage when options.HasMessages:
                state->Message = (state->Message & ~mask) | (value & mask);
                break;
        }
    }

    private ulong ReadConfiguration()
    {
        uint capabilities = isPeriodicCapable && defect != HpetDefect.PeriodicCapabilityHidden ? HpetRegister.PeriodicCapable : 0;
        capabilities |= isWideCapable && defect != HpetDefect.WideCapabilityHidden ? HpetRegister.WideCapable : 0;
        capabilities |= options.HasMessages && defect != HpetDefect.MessageCapabilityHidden ? HpetRegister.MessageCapable : 0;
        ulong routes = defect == HpetDefect.RouteCapabilityHidden ? 0 : options.RouteCapability;
        uint valueSet = state->SetsValue && defect == HpetDefect.ValueSetIsReadable ? HpetRegister.ValueSet : 0;
        return (routes << HpetRegister.RouteCapabilityShift) | state->Configuration | capabilities | valueSet;
    }

    private void WriteConfiguration(uint value, uint mask)
    {
        uint merged = (state->Configuration & ~mask) | (value & mask);
        bool keepsRoute = !MayDrive((int)((merged & HpetRegister.RouteMask) >> HpetRegister.RouteShift));
        uint kept = keepsRoute && defect != HpetDefect.IllegalRouteKept ? HpetRegister.RouteMask : 0;
        uint writable = WritableBits() & ~kept;
        state->Configuration = (state->Configuration & ~writable) | (merged & writable);
        state->SetsValue |= (value & mask & HpetRegister.ValueSet) != 0 && IsPeriodic;
        state->Comparator &= ComparatorMask;
    }

    private uint WritableBits()
    {
        uint bits = HpetRegister.Level | HpetRegister.InterruptEnable | HpetRegister.RouteMask;
        bits |= isPeriodicCapable || defect == HpetDefect.PeriodicWithoutCapability ? HpetRegister.Periodic : 0;
        bits |= isWideCapable || defect == HpetDefect.NarrowWithoutCapability ? HpetRegister.Narrow : 0;
        bits |= options.HasMessages || defect == HpetDefect.MessagesWithoutCapability ? HpetRegister.MessageEnable : 0;
        return defect == HpetDefect.ReservedTimerBitsKept ? bits | 0xffff_0081 : bits;
    }

    // A plain write to a periodic comparator is of its period alone.
    private void WriteComparator(ulong value, ulong mask)
    {
        bool setsValue = state->SetsValue || !IsPeriodic || defect == HpetDefect.PeriodSetsComparator;
        if (setsValue && defect != HpetDefect.ValueSetIgnored)
        {
            state->Comparator = ((state->Comparator & ~mask) | (value & mask)) & ComparatorMask;
        }

        if (!state->SetsValue || defect != HpetDefect.ValueSetKeepsPeriod)
        {
            state->Period = (state->Period & ~mask) | (value & mask);
        }

        state->SetsValue = state->SetsValue && defect == HpetDefect.ValueSetStays;
    }

    private bool Has(uint bit) => (state->Configuration & bit) != 0;

    private bool MayDrive(int route) => ((options.RouteCapability >> route) & 1) != 0;
}
