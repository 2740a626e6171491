// Which device wakes the timer engine. Managarm's kernel takes the first that the machine has; here a scenario may choose, since
// each has a trap of its own.

namespace Managarm.Perf.Core.Calls;

/// <summary>Device that a deadline is programmed into.</summary>
public enum AlarmKind : byte
{
    /// <summary>The local APIC's timer compares the time stamp counter; a deadline in the past fires at once.</summary>
    TscDeadline,

    /// <summary>The local APIC's timer counts down; a deadline in the past becomes one tick.</summary>
    OneShot,

    /// <summary>Comparator 0 of the HPET matches its counter; a deadline in the past is lost. For one processor only.</summary>
    Hpet,
}
