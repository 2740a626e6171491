// Mistakes that can be built into the interval timer, one value for each rule of its manual. Each changes one line of the model;
// the rule book of the tests shows that every one of them is noticed.

namespace Managarm.Perf.Hardware.Pits;

/// <summary>A mistake in the model of the 8254.</summary>
public enum PitDefect : byte
{
    /// <summary>No mistake.</summary>
    None = 0,

    /// <summary>The clock has a tenth more ticks.</summary>
    WrongFrequency,

    /// <summary>A count is loaded when it is written, not at the next clock pulse.</summary>
    LoadsAtOnce,

    /// <summary>Modes 6 and 7 are not taken as 2 and 3.</summary>
    ModesDoNotAlias,

    /// <summary>The status hides that mode 6 or 7 was written.</summary>
    StatusShowsAlias,

    /// <summary>Counts are binary only.</summary>
    DecimalIgnored,

    /// <summary>A count of zero is no count at all.</summary>
    ZeroIsOne,

    /// <summary>The other byte of a one-byte count keeps its old value.</summary>
    SingleByteKeepsOther,

    /// <summary>The high byte alone is taken as the low one.</summary>
    HighByteIsLow,

    /// <summary>Two-byte counts begin with the high byte.</summary>
    HighByteFirst,

    /// <summary>The first of two bytes is a count already.</summary>
    FirstByteLoads,

    /// <summary>Reads and writes share one flip-flop.</summary>
    FlipFlopIsShared,

    /// <summary>A control word leaves the flip-flops as they are.</summary>
    ControlKeepsFlipFlop,

    /// <summary>A control word leaves the output as it is.</summary>
    ControlKeepsOutput,

    /// <summary>A control word lets the old count go on.</summary>
    ControlKeepsCounting,

    /// <summary>A control word leaves a latched count to be read.</summary>
    ControlKeepsLatch,

    /// <summary>A latch command changes the access mode.</summary>
    LatchReprograms,

    /// <summary>A second latch command takes a newer count.</summary>
    LatchIsRenewed,

    /// <summary>A latched count is gone after one of its two bytes.</summary>
    LatchEndsEarly,

    /// <summary>A latched count is read for ever.</summary>
    LatchStays,

    /// <summary>The counter latch has no effect.</summary>
    LatchIgnored,

    /// <summary>Read-back knows one channel only.</summary>
    ReadBackOfFirstOnly,

    /// <summary>Read-back does not latch the count.</summary>
    ReadBackWithoutCount,

    /// <summary>Read-back does not latch the status.</summary>
    ReadBackWithoutStatus,

    /// <summary>A latched status is renewed by the next read-back.</summary>
    StatusIsRenewed,

    /// <summary>A latched count is read before a latched status.</summary>
    CountBeforeStatus,

    /// <summary>The select bits of read-back are off by one.</summary>
    ReadBackIsShifted,

    /// <summary>A control word does not set the null-count bit.</summary>
    ControlIsNoNullCount,

    /// <summary>The null-count bit is set by the first of two bytes.</summary>
    NullCountAtFirstByte,

    /// <summary>The null-count bit is cleared when the count is written.</summary>
    NullCountClearedEarly,

    /// <summary>The status shows the output inverted.</summary>
    StatusOutputInverted,

    /// <summary>In mode 0 the output rises a tick early.</summary>
    TerminalCountEarly,

    /// <summary>In mode 0 the output falls again when the counter has wrapped.</summary>
    TerminalCountForgotten,

    /// <summary>In mode 0 the gate has no effect.</summary>
    GateIgnoredInMode0,

    /// <summary>In mode 0 a new count leaves the output high.</summary>
    NewCountKeepsOutput,

    /// <summary>In mode 0 the first of two bytes does not stop the counter.</summary>
    FirstByteKeepsCounting,

    /// <summary>In mode 0 a low gate also holds the load back.</summary>
    GateHoldsLoad,

    /// <summary>The counter stops at zero.</summary>
    CounterStopsAtZero,

    /// <summary>In mode 1 a count starts without a trigger.</summary>
    OneShotNeedsNoTrigger,

    /// <summary>In mode 1 a second trigger during the pulse has no effect.</summary>
    OneShotCannotRetrigger,

    /// <summary>In mode 1 the output falls at the trigger, not at the clock pulse after it.</summary>
    OneShotFallsAtOnce,

    /// <summary>In mode 1 a low gate stops the pulse.</summary>
    OneShotNeedsGate,

    /// <summary>In mode 1 a new count changes the pulse in progress.</summary>
    OneShotTakesNewCount,

    /// <summary>In mode 2 the period is a tick too long.</summary>
    RateIsLate,

    /// <summary>In mode 2 the output is low for two ticks.</summary>
    RatePulseIsLong,

    /// <summary>In mode 2 a new count takes effect at once.</summary>
    RateTakesNewCountAtOnce,

    /// <summary>In mode 2 or 3 a low gate does not stop the counter.</summary>
    GateDoesNotStopRate,

    /// <summary>In mode 2 or 3 a low gate leaves the output low.</summary>
    GateKeepsOutputLow,

    /// <summary>In mode 2 or 3 the gate's rise does not reload.</summary>
    GateDoesNotReload,

    /// <summary>In mode 3 the counter goes down by one.</summary>
    SquareCountsByOne,

    /// <summary>In mode 3 an odd count has a low half as long as the high one.</summary>
    SquareIgnoresOdd,

    /// <summary>In mode 3 an odd count has the longer half low.</summary>
    SquareOddIsLow,

    /// <summary>In mode 3 a new count takes effect at once.</summary>
    SquareTakesNewCountAtOnce,

    /// <summary>In mode 4 the output stays low.</summary>
    StrobeStays,

    /// <summary>In mode 4 the strobe comes again when the counter wraps.</summary>
    StrobeRepeats,

    /// <summary>In mode 4 the gate has no effect.</summary>
    GateIgnoredInMode4,

    /// <summary>In mode 4 a low gate prolongs the strobe.</summary>
    GateHoldsStrobe,

    /// <summary>In mode 4 a new count does not start anew.</summary>
    StrobeKeepsOldCount,

    /// <summary>In mode 5 a count starts without a trigger.</summary>
    HardwareStrobeNeedsNoTrigger,

    /// <summary>In mode 5 a low gate stops the counter.</summary>
    HardwareStrobeNeedsGate,

    /// <summary>Port 0x61 does not drive the gate of channel 2.</summary>
    GatePortIgnored,

    /// <summary>Port 0x61 does not show the output of channel 2.</summary>
    OutputPortIgnored,

    /// <summary>The refresh bit of port 0x61 does not toggle.</summary>
    RefreshStandsStill,

    /// <summary>The status bits of port 0x61 can be written.</summary>
    StatusBitsAreWritable,

    /// <summary>Channel 0 does not drive its line.</summary>
    LineIsNotDriven,

    /// <summary>The line of channel 0 rises and never falls.</summary>
    LineNeverFalls,
}
