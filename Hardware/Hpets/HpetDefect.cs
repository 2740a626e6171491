// Mistakes that can be built into the HPET, one value for each rule of its manual. Each changes one line of the model; the rule
// book of the tests shows that every one of them is noticed.

namespace Managarm.Perf.Hardware.Hpets;

/// <summary>A mistake in the model of the HPET.</summary>
public enum HpetDefect : byte
{
    /// <summary>No mistake.</summary>
    None = 0,

    /// <summary>The counter runs at power-on.</summary>
    PowerOnIsEnabled,

    /// <summary>Comparators are zero at power-on.</summary>
    PowerOnComparatorIsZero,

    /// <summary>A comparator without a legal route drives the line of its number.</summary>
    PowerOnRouteIsDriven,

    /// <summary>The capabilities tell the number of comparators, not that of the last.</summary>
    TimersAreMiscounted,

    /// <summary>The capabilities tell the tick in nanoseconds.</summary>
    PeriodIsNanoseconds,

    /// <summary>The general configuration keeps all bits.</summary>
    ReservedBitsKept,

    /// <summary>The configuration of a comparator keeps reserved bits.</summary>
    ReservedTimerBitsKept,

    /// <summary>Writing half of a register clears the other.</summary>
    HalfWriteClearsOther,

    /// <summary>The counter cannot be halted.</summary>
    EnableIgnored,

    /// <summary>The counter goes on while it is halted, without interrupts.</summary>
    HaltedCounterRuns,

    /// <summary>Halting clears the counter.</summary>
    HaltClearsCounter,

    /// <summary>Halting clears the interrupt status.</summary>
    HaltClearsStatus,

    /// <summary>The counter can be written while it runs.</summary>
    RunningCounterIsWritable,

    /// <summary>The counter has 32 bits.</summary>
    CounterIsNarrow,

    /// <summary>The status takes what is written.</summary>
    StatusIsWritten,

    /// <summary>A comparator that may not interrupt sets no status.</summary>
    StatusNeedsEnable,

    /// <summary>Edge-triggered comparators set their status.</summary>
    EdgeSetsStatus,

    /// <summary>Level-triggered comparators pulse their line too.</summary>
    LevelIsPulse,

    /// <summary>A line that comparators share is held by the last of them alone.</summary>
    SharedLineFalls,

    /// <summary>An edge leaves its line high.</summary>
    EdgeStaysHigh,

    /// <summary>Every comparator may interrupt.</summary>
    InterruptEnableIgnored,

    /// <summary>A comparator that the counter has passed fires at the next tick.</summary>
    PassedComparatorFires,

    /// <summary>A comparator that is equal to the counter fires at the next tick.</summary>
    EqualComparatorFires,

    /// <summary>A match disables the interrupt.</summary>
    OneShotDisables,

    /// <summary>Periodic comparators match once.</summary>
    PeriodicIsOneShot,

    /// <summary>The period is added to the counter, not to the comparator.</summary>
    PeriodFromCounter,

    /// <summary>Writing the period sets the comparator too.</summary>
    PeriodSetsComparator,

    /// <summary>The comparator cannot be written.</summary>
    ValueSetIgnored,

    /// <summary>Writing with the value-set bit does not set the period.</summary>
    ValueSetKeepsPeriod,

    /// <summary>The value-set bit holds for all writes that follow.</summary>
    ValueSetStays,

    /// <summary>The value-set bit can be read.</summary>
    ValueSetIsReadable,

    /// <summary>There is no 32-bit mode.</summary>
    NarrowIgnored,

    /// <summary>A comparator of 32 bits keeps the 32-bit mode bit.</summary>
    NarrowWithoutCapability,

    /// <summary>The configuration does not tell that a comparator has 64 bits.</summary>
    WideCapabilityHidden,

    /// <summary>Every comparator can be periodic.</summary>
    PeriodicWithoutCapability,

    /// <summary>The configuration does not tell that a comparator can be periodic.</summary>
    PeriodicCapabilityHidden,

    /// <summary>The configuration does not tell the legal routes.</summary>
    RouteCapabilityHidden,

    /// <summary>An illegal route is kept.</summary>
    IllegalRouteKept,

    /// <summary>There is no legacy replacement.</summary>
    LegacyIgnored,

    /// <summary>Legacy replacement can be set without the capability.</summary>
    LegacyWithoutCapability,

    /// <summary>In legacy replacement comparator 0 drives line 0.</summary>
    LegacyTimerOnLineZero,

    /// <summary>Legacy replacement takes comparator 2 too.</summary>
    LegacyTakesAll,

    /// <summary>Legacy replacement goes before messages.</summary>
    LegacyBeatsMessage,

    /// <summary>Messages are not sent.</summary>
    MessageEnableIgnored,

    /// <summary>Messages can be enabled without the capability.</summary>
    MessagesWithoutCapability,

    /// <summary>The configuration does not tell that messages can be sent.</summary>
    MessageCapabilityHidden,

    /// <summary>A comparator with a message holds its line too.</summary>
    MessageDrivesLine,

    /// <summary>Data and address of the message are exchanged.</summary>
    MessageIsSwapped,

    /// <summary>All messages go to the first processor.</summary>
    MessageGoesToZero,

    /// <summary>The redirection hint is ignored.</summary>
    HintIgnored,

    /// <summary>Any address is one of the local APICs.</summary>
    AnyAddressInterrupts,
}
