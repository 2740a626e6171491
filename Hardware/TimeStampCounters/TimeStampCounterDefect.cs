// Mistakes that can be built into the time-stamp counter, one for each rule that is checked. They are mistakes that monitors
// and emulators have made; each changes one line of the model.

namespace Managarm.Perf.Hardware.TimeStampCounters;

/// <summary>A mistake in the time-stamp counter.</summary>
public enum TimeStampCounterDefect : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The frequency is rounded to whole megahertz.</summary>
    RoundsFrequency,

    /// <summary>The counter does not start at zero.</summary>
    StartsAtOne,

    /// <summary>A write of the counter stops it for good.</summary>
    WriteStops,

    /// <summary>A write of the counter changes its low half only.</summary>
    WritesLowHalf,

    /// <summary>A write of the counter leaves the adjustment as it is.</summary>
    WriteKeepsAdjust,

    /// <summary>A write of the adjustment leaves the counter as it is.</summary>
    AdjustKeepsCounter,

    /// <summary>A write of the adjustment adds all of it, not the difference.</summary>
    AdjustIsAddedWhole,

    /// <summary>The adjustment wraps at 32 bits.</summary>
    AdjustIsShort,

    /// <summary>A reset leaves the adjustment.</summary>
    ResetKeepsAdjust,

    /// <summary>A reset lets the counter run on.</summary>
    ResetKeepsCounter,

    /// <summary>INIT clears the counter and the adjustment.</summary>
    InitClears,

    /// <summary>The adjustment can be accessed though it is not there.</summary>
    AdjustAlwaysExists,

    /// <summary>The multiplier of the guest has no effect.</summary>
    IgnoresMultiplier,

    /// <summary>The multiplier of the guest has 32 fraction bits, as another vendor's.</summary>
    MultiplierIsShort,

    /// <summary>The offset of the guest is multiplied as well.</summary>
    MultipliesOffset,

    /// <summary>A deadline is converted without the multiplier of the guest.</summary>
    DeadlineIgnoresMultiplier,

    /// <summary>A deadline is converted without what was written to the counter.</summary>
    DeadlineIgnoresWrites,
}
