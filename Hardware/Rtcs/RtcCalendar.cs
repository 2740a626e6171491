// The time registers of the clock: how they are written in binary or decimal and in 12 or 24 hours, and how they go on by any
// number of seconds at once. Each register carries into the next, and one that has no carry is left as it is. As in the chip
// every fourth year is a leap year, which is right from 1901 to 2099. Values that are out of range carry like numbers; the data
// sheet leaves them undefined.

namespace Managarm.Perf.Hardware.Rtcs;

/// <summary>Time, calendar and alarm of the clock.</summary>
/// <remarks>Motorola MC146818A, Time, calendar and alarm locations.</remarks>
internal sealed unsafe class RtcCalendar(RtcState* state, RtcDefect defect)
{
    /// <summary>Seconds in a day, and the greatest answer of <see cref="SecondsToAlarm"/>.</summary>
    public const uint SecondsPerDay = 86_400;

    /// <summary>No alarm.</summary>
    public const uint NoAlarm = uint.MaxValue;

    private const byte BinaryMode = 0x04;
    private const byte Hours24 = 0x02;
    private const byte Afternoon = 0x80;
    private const byte DontCare = 0xc0;
    private const uint SecondsPerHour = 3600;
    private const uint FourYearsDays = 1461;
    private const uint MonthsPerYear = 12;
    private const uint February = 2;
    private const uint July = 7;
    private const uint EpochYear = 1970;
    private const uint EpochWeekday = 5;

    private bool IsBinary => (state->Bytes[RtcRegister.B] & BinaryMode) != 0 && defect != RtcDefect.BinaryIgnored;

    private bool Has24Hours => (state->Bytes[RtcRegister.B] & Hours24) != 0 || defect == RtcDefect.TwelveHourIgnored;

    private uint SecondOfDay => (ReadHour() * SecondsPerHour) + (Get(RtcRegister.Minutes) * 60) + Get(RtcRegister.Seconds);

    /// <summary>Sets all time registers.</summary>
    /// <param name="unixSeconds">Seconds since 1970.</param>
    public void SetTime(ulong unixSeconds)
    {
        Set(RtcRegister.Seconds, 0);
        Set(RtcRegister.Minutes, 0);
        WriteHour(0);
        Set(RtcRegister.Weekday, EpochWeekday);
        Set(RtcRegister.Day, 1);
        Set(RtcRegister.Month, 1);
        Set(RtcRegister.Year, EpochYear % 100);
        Set(RtcRegister.Century, EpochYear / 100);
        Advance(defect == RtcDefect.StartsAtEpoch ? 0 : unixSeconds);
    }

    /// <summary>Lets seconds pass.</summary>
    /// <param name="seconds">How many.</param>
    public void Advance(ulong seconds)
    {
        ulong minutes = Carry(RtcRegister.Seconds, seconds, 60);
        ulong hours = Carry(RtcRegister.Minutes, minutes, defect == RtcDefect.MinuteHasSixtyOne ? 61u : 60u);
        if (hours == 0)
        {
            return;
        }

        ulong total = ReadHour() + hours;
        WriteHour((uint)(total % 24));
        AdvanceDays(defect == RtcDefect.DayDoesNotFollow ? 0 : total / 24);
    }

    /// <summary>Reads a register of the time, other than the hour.</summary>
    /// <param name="register">The register.</param>
    /// <returns>Its value as a number.</returns>
    public uint Get(int register) => Decode(state->Bytes[register]);

    /// <summary>Writes a register of the time, other than the hour.</summary>
    /// <param name="register">The register.</param>
    /// <param name="value">Its value as a number.</param>
    public void Set(int register, uint value) => state->Bytes[register] = Encode(value);

    /// <summary>How long it takes until the time is that of the alarm, the present second not counted.</summary>
    /// <returns>Seconds, at most a day; <see cref="NoAlarm"/> where the registers hold no time of day.</returns>
    public uint SecondsToAlarm()
    {
        if (!SomeSecondMatches)
        {
            return NoAlarm;
        }

        uint now = SecondOfDay;
        uint passed = 1;
        while (passed <= SecondsPerDay)
        {
            uint time = (now + passed) % SecondsPerDay;
            uint hour = time / SecondsPerHour;
            if (!Matches(RtcRegister.HoursAlarm, EncodeHour(hour)) && defect != RtcDefect.AlarmIgnoresHour)
            {
                passed += SecondsPerHour - (time % SecondsPerHour);
            }
            else if (!Matches(RtcRegister.MinutesAlarm, Encode(time / 60 % 60)))
            {
                passed += 60 - (time % 60);
            }
            else if (!Matches(RtcRegister.SecondsAlarm, Encode(time % 60)) && defect != RtcDefect.AlarmIgnoresSecond)
            {
                passed++;
            }
            else
            {
                return passed;
            }
        }

        return NoAlarm;
    }

    // Without this an alarm that never comes would be looked for in every second of the day.
    private bool SomeSecondMatches
    {
        get
        {
            bool matches = defect == RtcDefect.AlarmIgnoresSecond;
            for (uint second = 0; second < 60 && !matches; second++)
            {
                matches = Matches(RtcRegister.SecondsAlarm, Encode(second));
            }

            return matches;
        }
    }

    private bool Matches(int alarm, byte time)
    {
        byte wanted = state->Bytes[alarm];
        bool isOpen = defect == RtcDefect.DontCareIsOneCode ? wanted == byte.MaxValue : (wanted & DontCare) == DontCare;
        return wanted == time || (isOpen && defect != RtcDefect.DontCareIgnored);
    }

    private ulong Carry(int register, ulong count, uint modulus)
    {
        if (count == 0)
        {
            return 0;
        }

        ulong total = Get(register) + count;
        Set(register, (uint)(total % modulus));
        return total / modulus;
    }

    private void AdvanceDays(ulong days)
    {
        if (days == 0)
        {
            return;
        }

        uint weekLength = defect == RtcDefect.WeekHasEightDays ? 8u : 7u;
        ulong weekday = (Get(RtcRegister.Weekday) + weekLength - 1 + days) % weekLength;
        Set(RtcRegister.Weekday, defect == RtcDefect.WeekdayStands ? Get(RtcRegister.Weekday) : (uint)weekday + 1);

        uint year = (Get(RtcRegister.Century) * 100) + Get(RtcRegister.Year);
        AdvanceDate(days % FourYearsDays, year, (uint)(days / FourYearsDays) * 4);
    }

    private void AdvanceDate(ulong days, uint oldYear, uint years)
    {
        uint year = oldYear + years;
        uint month = Math.Clamp(Get(RtcRegister.Month), 1, MonthsPerYear);
        ulong day = Get(RtcRegister.Day) + days;
        for (uint length = DaysOf(month, year); day > length; length = DaysOf(month, year))
        {
            day -= length;
            year += month / MonthsPerYear;
            month = (month % MonthsPerYear) + 1;
        }

        Set(RtcRegister.Day, (uint)day);
        Set(RtcRegister.Month, month);
        if (year != oldYear && defect != RtcDefect.YearStands)
        {
            WriteYear(year, oldYear);
        }
    }

    private void WriteYear(uint year, uint oldYear)
    {
        Set(RtcRegister.Year, year % 100);
        if (year / 100 != oldYear / 100 && defect != RtcDefect.CenturyStands)
        {
            Set(RtcRegister.Century, year / 100 % 100);
        }
    }

    private uint DaysOf(uint month, uint year)
    {
        if (month == February && defect != RtcDefect.MonthsAreEqual)
        {
            return IsLeap(year) ? 29u : 28u;
        }

        // The long months are the odd ones up to July and the even ones from August on.
        bool isLong = (month <= July) == ((month & 1) != 0);
        return isLong || defect == RtcDefect.MonthsAreEqual ? 31u : 30u;
    }

    private bool IsLeap(uint year) => defect switch
    {
        RtcDefect.LeapYearIgnored => false,
        RtcDefect.LeapYearAlways => true,
        RtcDefect.CenturyIsNoLeapYear => year % 4 == 0 && year % 100 != 0,
        _ => year % 4 == 0,
    };

    private uint ReadHour()
    {
        if (Has24Hours)
        {
            return Get(RtcRegister.Hours);
        }

        byte written = state->Bytes[RtcRegister.Hours];
        return (Decode((byte)(written & ~Afternoon)) % 12) + ((written & Afternoon) != 0 ? 12u : 0u);
    }

    private void WriteHour(uint hour) => state->Bytes[RtcRegister.Hours] = EncodeHour(hour);

    private byte EncodeHour(uint hour)
    {
        if (Has24Hours)
        {
            return Encode(hour);
        }

        uint shown = hour % 12 == 0 && defect != RtcDefect.TwelveIsZero ? 12 : hour % 12;
        bool isAfternoon = defect == RtcDefect.AfternoonBeginsAtOne ? (hour + 23) % 24 >= 12 : hour >= 12;
        return (byte)(Encode(shown) | (isAfternoon ? Afternoon : 0));
    }

    private byte Encode(uint value) => (byte)(IsBinary ? value : value + (value / 10 * 6));

    private uint Decode(byte written) => IsBinary ? written : (uint)(written & 0xf) + ((uint)(written >> 4) * 10);
}
