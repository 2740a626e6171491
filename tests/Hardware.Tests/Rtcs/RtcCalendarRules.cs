// Rules of the time registers: roll-overs, the calendar, decimal and binary data, and the clock of twelve hours.

using Managarm.Perf.Hardware.Rtcs;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Rtcs.RtcMachine;

namespace Managarm.Perf.Hardware.Tests.Rtcs;

/// <summary>Rules of time and calendar.</summary>
internal static class RtcCalendarRules
{
    private const string Calendar = "Time, calendar and alarm locations";
    private const string Modes = "Register B: DM, 24/12";

    internal static void AddTo(RuleBook<RtcDefect> book)
    {
        AddTime(book);
        AddWeek(book);
        AddYears(book);
        AddModes(book);
        AddTwelveHours(book);
    }

    private static void AddTime(RuleBook<RtcDefect> book)
    {
        book.Add("the date at power-on is given", "At power-on the clock shows the date of the option, decimal and in 24 hours.",
            "power-on date (option of the model)", RtcDefect.StartsAtEpoch, defect =>
            {
                using var machine = new RtcMachine(defect, unixSeconds: 1_709_251_199);
                Assert.Equal("2024-02-29 23:59:59 05", machine.Time);
                Assert.Equal(0x02, machine[B]);
            });
        book.Add("a second passes each second", "The update adds one to the seconds.", Calendar, RtcDefect.ClockStands, defect =>
        {
            using var machine = new RtcMachine(defect);
            machine.Seconds(1);
            Assert.Equal("2000-02-29 00:00:01 03", machine.Time);
            machine.Seconds(58);
            Assert.Equal("2000-02-29 00:00:59 03", machine.Time);
        });
        book.Add(
            "sixty minutes are an hour", "Minutes go from 59 to 0 and carry.", Calendar, RtcDefect.MinuteHasSixtyOne, defect =>
        {
            using var machine = new RtcMachine(defect);
            machine.SetTime(0x2021, 0x03, 0x05, 0x09, 0x59, 0x59);
            machine.Seconds(1);
            Assert.Equal("2021-03-05 10:00:00 01", machine.Time);
        });
        book.Add("24 hours are a day", "Hours go from 23 to 0 and carry.", Calendar, RtcDefect.DayDoesNotFollow, defect =>
        {
            using var machine = new RtcMachine(defect);
            machine.SetTime(0x2021, 0x03, 0x05, 0x23, 0x59, 0x59);
            machine.Seconds(1);
            Assert.Equal("2021-03-06 00:00:00 02", machine.Time);
        });
    }

    private static void AddWeek(RuleBook<RtcDefect> book)
    {
        book.Add("the day of the week goes on", "Each midnight adds one to the day of the week.",
            Calendar, RtcDefect.WeekdayStands, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.Seconds(86_400);
                Assert.Equal("2000-03-01 00:00:00 04", machine.Time);
            });
        book.Add("the week has seven days", "Day 7 (Saturday) is followed by day 1, whatever the date.",
            Calendar, RtcDefect.WeekHasEightDays, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.SetTime(0x2021, 0x03, 0x05, 0x23, 0x59, 0x59, weekday: 7);
                machine.Seconds(1);
                Assert.Equal("2021-03-06 00:00:00 01", machine.Time);
            });
        book.Add("months have their lengths", "April, June, September and November have 30 days, the others but February 31.",
            Calendar, RtcDefect.MonthsAreEqual, defect =>
            {
                using var machine = new RtcMachine(defect);
                for (int month = 1; month <= 12; month++)
                {
                    CheckMonth(machine, 2023, month);
                }
            });
    }

    private static void AddYears(RuleBook<RtcDefect> book)
    {
        book.Add("every fourth year is a leap year", "February has 29 days in a year that four divides.",
            Calendar, RtcDefect.LeapYearIgnored, defect =>
            {
                using var machine = new RtcMachine(defect);
                CheckMonth(machine, 2024, 2);
            });
        book.Add("other years are none", "February has 28 days in the other years.", Calendar, RtcDefect.LeapYearAlways, defect =>
        {
            using var machine = new RtcMachine(defect);
            CheckMonth(machine, 2025, 2);
        });
        book.Add("the year 00 is a leap year",
            "The chip knows two digits, so 2000 is a leap year, and 2100 would be (valid to 2099).",
            Calendar, RtcDefect.CenturyIsNoLeapYear, defect =>
            {
                using var machine = new RtcMachine(defect);
                CheckMonth(machine, 2000, 2);
                machine.SetTime(0x2100, 0x02, 0x28, 0x23, 0x59, 0x59);
                machine.Seconds(1);
                Assert.Equal(0x29, machine[7]);
            });
        book.Add("months carry into the year", "December is followed by January of the next year.",
            Calendar, RtcDefect.YearStands, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.SetTime(0x2021, 0x12, 0x31, 0x23, 0x59, 0x59);
                machine.Seconds(1);
                Assert.Equal("2022-01-01 00:00:00 02", machine.Time);
            });
        book.Add("byte 0x32 is the century", "Year 99 is followed by 00 of the next century.",
            "ACPI: CENTURY, by convention 0x32", RtcDefect.CenturyStands, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.SetTime(0x1999, 0x12, 0x31, 0x23, 0x59, 0x59);
                machine.Seconds(1);
                Assert.Equal("2000-01-01 00:00:00 02", machine.Time);
            });
        book.Add("daylight saving is kept and does nothing",
            "DSE can be written and read; the hours do not jump (ICH9 and later).",
            "Register B: DSE", RtcDefect.DaylightBitIsLost, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = Hours24 | 0x01;
                Assert.Equal(Hours24 | 0x01, machine[B]);
                machine.SetTime(0x2021, 0x04, 0x25, 0x01, 0x59, 0x59);
                machine.Seconds(1);
                Assert.Equal(0x02, machine[4]);
            });
    }

    private static void AddModes(RuleBook<RtcDefect> book)
    {
        book.Add("binary data", "With DM the registers are binary numbers.", Modes, RtcDefect.BinaryIgnored, defect =>
        {
            using var machine = new RtcMachine(defect);
            machine[B] = Binary | Hours24;
            machine.SetTime(0x1463, 12, 31, 23, 59, 59);
            machine.Seconds(1);
            Assert.Equal("1500-01-01 00:00:00 02", machine.Time);
            machine.Seconds(10);
            Assert.Equal(10, machine[0]);
        });
        book.Add("the mode converts nothing", "A change of DM leaves the registers as they are.",
            Modes, RtcDefect.ModeChangeConverts, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.SetTime(0x2021, 0x12, 0x31, 0x23, 0x59, 0x45);
                machine[B] = Binary | Hours24;
                Assert.Equal(0x45, machine[0]);
            });
    }

    private static void AddTwelveHours(RuleBook<RtcDefect> book)
    {
        book.Add("12-hour mode", "Without 24/12 the hours go from 1 to 12, with bit 7 in the afternoon.",
            Modes, RtcDefect.TwelveHourIgnored, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = 0;
                CheckHour(machine, 0x92, 0x81);
                CheckHour(machine, 0x12, 0x01);
                CheckHour(machine, 0x09, 0x10);
            });
        book.Add("noon and midnight are 12", "The hour after 11 is 12, in the morning and in the afternoon.",
            Modes, RtcDefect.TwelveIsZero, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = 0;
                CheckHour(machine, 0x11, 0x92);
                CheckHour(machine, 0x91, 0x12);
            });
        book.Add("the half changes at 12", "The afternoon begins at noon, and the day at midnight.",
            Modes, RtcDefect.AfternoonBeginsAtOne, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = Binary;
                CheckHour(machine, 11, 0x80 | 12, 59);
                machine.SetTime(0x1415, 3, 5, 0x80 | 11, 59, 59);
                machine.Seconds(1);
                Assert.Equal(12, machine[4]);
                Assert.Equal(6, machine[7]);
            });
    }

    private static void CheckHour(RtcMachine machine, int hour, int next, int last = 0x59)
    {
        machine.SetTime(0x2021, 0x03, 0x05, hour, last, last);
        machine.Seconds(1);
        Assert.Equal(next, machine[4]);
        Assert.Equal(0, machine[2]);
    }

    private static void CheckMonth(RtcMachine machine, int year, int month)
    {
        int days = DateTime.DaysInMonth(year, month);
        int written = Decimal(year / 100) << 8 | Decimal(year % 100);
        machine.SetTime(written, Decimal(month), Decimal(days - 1), 0x23, 0x59, 0x59);
        machine.Seconds(1);
        Assert.Equal((Decimal(days), Decimal(month)), (machine[7], machine[8]));
        machine.Seconds(86_400);
        Assert.Equal((1, Decimal((month % 12) + 1)), (machine[7], machine[8]));
    }

    private static int Decimal(int value) => (value / 10 << 4) | (value % 10);
}
