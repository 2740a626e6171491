// What the timer of a local APIC remembers, in the arena of the machine. The current count is not among it: it is computed
// from a count that was right at some tick.

namespace Managarm.Perf.Hardware;

/// <summary>State of the timer.</summary>
internal struct LocalApicTimerState
{
    /// <summary>Tick of the undivided clock at which the count was <see cref="BaseCount"/>.</summary>
    public ulong BaseTick;

    /// <summary>IA32_TSC_DEADLINE in ticks of the time-stamp counter; zero when not armed.</summary>
    public ulong DeadlineTicks;

    /// <summary>Count at <see cref="BaseTick"/>; zero when the timer stands.</summary>
    public uint BaseCount;

    /// <summary>Initial count register.</summary>
    public uint InitialCount;

    /// <summary>Divide configuration register.</summary>
    public uint DivideConfiguration;

    /// <summary>Mode as in the local vector.</summary>
    public LocalApicTimerMode Mode;
}
