// Mistakes that can be built into the clock, one value for each rule of its manual. Each changes one line of the model; the rule
// book of the tests shows that every one of them is noticed.

namespace Managarm.Perf.Hardware.Rtcs;

/// <summary>A mistake in the model of the MC146818A.</summary>
public enum RtcDefect : byte
{
    /// <summary>No mistake.</summary>
    None = 0,

    /// <summary>Bit 7 of the index port is part of the index.</summary>
    IndexTakesNmiBit,

    /// <summary>The NMI mask bit is lost.</summary>
    NmiMaskIgnored,

    /// <summary>An access to the data port ends the index.</summary>
    IndexIsForgotten,

    /// <summary>The index port can be read.</summary>
    IndexIsReadable,

    /// <summary>The highest bytes of memory do not exist.</summary>
    MemoryIsSmall,

    /// <summary>The clock stands still.</summary>
    ClockStands,

    /// <summary>An hour has 61 minutes.</summary>
    MinuteHasSixtyOne,

    /// <summary>Hours do not carry into the day.</summary>
    DayDoesNotFollow,

    /// <summary>The day of the week does not go on.</summary>
    WeekdayStands,

    /// <summary>The week has eight days.</summary>
    WeekHasEightDays,

    /// <summary>Every month has 31 days.</summary>
    MonthsAreEqual,

    /// <summary>There are no leap years.</summary>
    LeapYearIgnored,

    /// <summary>Every year is a leap year.</summary>
    LeapYearAlways,

    /// <summary>The first year of a century is no leap year.</summary>
    CenturyIsNoLeapYear,

    /// <summary>Months do not carry into the year.</summary>
    YearStands,

    /// <summary>The century does not go on.</summary>
    CenturyStands,

    /// <summary>Time is counted in decimal digits in binary mode too.</summary>
    BinaryIgnored,

    /// <summary>Hours are counted to 23 in 12-hour mode too.</summary>
    TwelveHourIgnored,

    /// <summary>In 12-hour mode noon and midnight are hour 0.</summary>
    TwelveIsZero,

    /// <summary>In 12-hour mode the afternoon bit changes between 12 and 1.</summary>
    AfternoonBeginsAtOne,

    /// <summary>Changing the data mode converts the time registers.</summary>
    ModeChangeConverts,

    /// <summary>SET does not stop the time.</summary>
    SetIgnored,

    /// <summary>SET also stops the divider.</summary>
    SetResetsDivider,

    /// <summary>SET leaves the update-ended interrupt enabled.</summary>
    SetKeepsUpdateEnable,

    /// <summary>SET does not end an update in progress.</summary>
    SetDoesNotAbort,

    /// <summary>UIP is seen while SET holds updates off.</summary>
    SetShowsUpdate,

    /// <summary>The divider cannot be held in reset.</summary>
    DividerResetIgnored,

    /// <summary>After a reset of the divider the first update comes after a second.</summary>
    DividerStartsWholeSecond,

    /// <summary>UIP is never seen.</summary>
    UpdateNeverInProgress,

    /// <summary>UIP is set without warning.</summary>
    UpdateWithoutWarning,

    /// <summary>An update takes no time.</summary>
    UpdateTakesNoTime,

    /// <summary>UIP can be written.</summary>
    UpdateBitIsWritable,

    /// <summary>The update-ended flag is not set.</summary>
    UpdateFlagIgnored,

    /// <summary>The update-ended flag is set while its interrupt is enabled only.</summary>
    UpdateFlagNeedsEnable,

    /// <summary>The alarm does not compare the hour.</summary>
    AlarmIgnoresHour,

    /// <summary>The alarm does not compare the second.</summary>
    AlarmIgnoresSecond,

    /// <summary>Don't-care codes are compared.</summary>
    DontCareIgnored,

    /// <summary>Only 0xff is a don't-care code.</summary>
    DontCareIsOneCode,

    /// <summary>The alarm flag is set while its interrupt is enabled only.</summary>
    AlarmNeedsEnable,

    /// <summary>Rates 1 and 2 are the 32 and 16 kHz that their tap would have.</summary>
    FirstRatesAreFast,

    /// <summary>Every rate is twice too slow.</summary>
    RatesAreHalved,

    /// <summary>Rate 0 is a rate.</summary>
    RateZeroIsARate,

    /// <summary>The periodic flag is set while its interrupt is enabled only.</summary>
    PeriodicFlagNeedsEnable,

    /// <summary>The periodic edges coincide with the updates.</summary>
    PeriodicMeetsUpdate,

    /// <summary>Register C keeps its flags when it is read.</summary>
    ReadKeepsFlags,

    /// <summary>Reading register C leaves the line high.</summary>
    ReadKeepsLine,

    /// <summary>Reading register C clears only the flags whose interrupt is enabled.</summary>
    ReadClearsEnabledOnly,

    /// <summary>The summary flag does not look at the enable bits.</summary>
    SummaryIgnoresEnable,

    /// <summary>A flag that is set already does not interrupt when its interrupt is enabled.</summary>
    EnableComesLate,

    /// <summary>Disabling leaves the line high.</summary>
    DisableKeepsLine,

    /// <summary>The line falls again by itself.</summary>
    LineIsPulse,

    /// <summary>Register C can be written.</summary>
    FlagsAreWritable,

    /// <summary>Register D can be written.</summary>
    ValidBitIsWritable,

    /// <summary>The battery is taken as empty.</summary>
    ValidBitIsClear,

    /// <summary>The daylight-saving bit is not kept.</summary>
    DaylightBitIsLost,

    /// <summary>A reset of the machine stops nothing.</summary>
    ResetIgnored,

    /// <summary>A reset of the machine loses the memory.</summary>
    ResetLosesMemory,

    /// <summary>The date at power-on is not that of the option.</summary>
    StartsAtEpoch,
}
