// The clock against three references: its calendar against DateTime, its alarm against a search second by second, and its
// divider, update cycle and flags against a clock that does every tick.

using System.Globalization;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Rtcs;
using Managarm.Perf.Hardware.Tests.Recorders;

namespace Managarm.Perf.Hardware.Tests.Rtcs;

/// <summary>Computed and counted clocks agree.</summary>
public sealed class RtcDifferentialTests
{
    private const ulong TicksPerSecond = 32_768;
    private const ulong UpdateTicks = 65;
    private const int SecondsPerDay = 86_400;

    private static readonly Frequency frequency = new(TicksPerSecond);
    private static readonly DateTime epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly int[] controls = [0x00, 0x02, 0x04, 0x06];

    [Fact]
    public void The_calendar_is_that_of_DateTime() => RandomPrograms.Check(1500, program => RunCalendar(program, RtcDefect.None));

    [Theory]
    [InlineData(RtcDefect.MinuteHasSixtyOne)]
    [InlineData(RtcDefect.DayDoesNotFollow)]
    [InlineData(RtcDefect.WeekdayStands)]
    [InlineData(RtcDefect.WeekHasEightDays)]
    [InlineData(RtcDefect.MonthsAreEqual)]
    [InlineData(RtcDefect.LeapYearIgnored)]
    [InlineData(RtcDefect.LeapYearAlways)]
    [InlineData(RtcDefect.CenturyIsNoLeapYear)]
    [InlineData(RtcDefect.YearStands)]
    [InlineData(RtcDefect.TwelveIsZero)]
    [InlineData(RtcDefect.AfternoonBeginsAtOne)]
    [InlineData(RtcDefect.UpdateTakesNoTime)]
    public void The_calendar_notices(RtcDefect defect) =>
        Assert.ThrowsAny<Exception>(() => RandomPrograms.Check(1500, program => RunCalendar(program, defect)));

    [Fact]
    public void The_alarm_comes_where_a_search_finds_it() =>
        RandomPrograms.Check(400, program => RunAlarm(program, RtcDefect.None));

    [Theory]
    [InlineData(RtcDefect.AlarmIgnoresHour)]
    [InlineData(RtcDefect.AlarmIgnoresSecond)]
    [InlineData(RtcDefect.DontCareIgnored)]
    [InlineData(RtcDefect.DontCareIsOneCode)]
    public void The_search_notices(RtcDefect defect) =>
        Assert.ThrowsAny<Exception>(() => RandomPrograms.Check(400, program => RunAlarm(program, defect)));

    [Fact]
    public void Random_programs() => RandomPrograms.Check(250, program => RunTicks(program, RtcDefect.None));

    [Theory]
    [InlineData(RtcDefect.SetIgnored)]
    [InlineData(RtcDefect.SetResetsDivider)]
    [InlineData(RtcDefect.SetKeepsUpdateEnable)]
    [InlineData(RtcDefect.SetDoesNotAbort)]
    [InlineData(RtcDefect.SetShowsUpdate)]
    [InlineData(RtcDefect.DividerResetIgnored)]
    [InlineData(RtcDefect.DividerStartsWholeSecond)]
    [InlineData(RtcDefect.UpdateNeverInProgress)]
    [InlineData(RtcDefect.UpdateWithoutWarning)]
    [InlineData(RtcDefect.UpdateFlagNeedsEnable)]
    [InlineData(RtcDefect.FirstRatesAreFast)]
    [InlineData(RtcDefect.PeriodicMeetsUpdate)]
    [InlineData(RtcDefect.ReadClearsEnabledOnly)]
    [InlineData(RtcDefect.EnableComesLate)]
    [InlineData(RtcDefect.DisableKeepsLine)]
    public void Random_programs_notice(RtcDefect defect) =>
        Assert.ThrowsAny<Exception>(() => RandomPrograms.Check(250, program => RunTicks(program, defect)));

    /// <summary>Values that the data sheet forbids may give any time, but the clock goes on and keeps to its contract.</summary>
    [Fact]
    public void Any_bytes_leave_the_clock_going() => RandomPrograms.Check(500, program =>
    {
        using var machine = new RtcMachine();
        foreach (int step in program)
        {
            int index = step & 0x1f;
            machine[index < 0x10 ? index : RtcMachine.Century] = (step >> 5) & 0xff;
            machine.Advance((ulong)(step >> 13) << (step % 30));
            Assert.True(machine.Clock.NextEventNanoseconds > machine.Clock.NowNanoseconds);
            _ = machine.Time + machine[RtcMachine.C];
        }

        machine[RtcMachine.A] = 0x76;
        machine[RtcMachine.A] = RtcMachine.Running;
        machine[RtcMachine.B] = RtcMachine.Hours24;
        machine.SetTime(0x2024, 0x12, 0x31, 0x23, 0x59, 0x59, weekday: 3);
        machine.Seconds(1);
        Assert.Equal("2025-01-01 00:00:00 04", machine.Time);
    });

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Nothing_is_allocated()
    {
        using var arena = new Arena(0);
        var clock = new MachineClock(arena);
        var lines = new LegacyLines(Rtc.Line);
        var rtc = new Rtc(arena, clock, lines, powerOnUnixSeconds: 0);
        arena.Seal();
        RandomPrograms.CheckAllocatesNothing(() =>
        {
            arena.Reset();
            rtc.WritePort(Rtc.IndexPort, 0x0b);
            rtc.WritePort(Rtc.DataPort, 0x72);
            clock.AdvanceBy(3 * RtcMachine.Second);
            for (byte index = 0; index < 0x10; index++)
            {
                rtc.WritePort(Rtc.IndexPort, index);
                _ = rtc.ReadPort(Rtc.DataPort);
            }

            rtc.Reset();
        });
        Assert.NotEqual(0, lines.Rises);
    }

    // A start in 2000 to 2080, one of four data modes, and steps of nanoseconds to years that end before 2100.
    private static void RunCalendar(int[] program, RtcDefect defect)
    {
        if (program.Length == 0)
        {
            return;
        }

        ulong start = 946_684_800 + ((ulong)program[0] * 149 % (80ul * 1461 / 4 * SecondsPerDay));
        using var machine = new RtcMachine(defect, start);
        WriteAnew(machine, controls[program.Length % 4], epoch.AddSeconds(start));
        foreach (int step in program.Skip(1).Take(16))
        {
            machine.Advance((ulong)step << (step % 33));
            ulong ticks = frequency.TicksAt(machine.Clock.NowNanoseconds);
            ulong seconds = ticks < UpdateTicks ? 0 : (ticks - UpdateTicks) / TicksPerSecond;
            Assert.Equal(Describe(machine[RtcMachine.B], epoch.AddSeconds(start + seconds)), Read(machine));
        }
    }

    private static void WriteAnew(RtcMachine machine, int control, DateTime time)
    {
        machine[RtcMachine.B] = control;
        int[] values = Describe(control, time);
        machine.SetTime((values[7] << 8) | values[6], values[5], values[4], values[2], values[1], values[0], values[3]);
    }

    private static int[] Read(RtcMachine machine) =>
        [machine[0], machine[2], machine[4], machine[6], machine[7], machine[8], machine[9], machine[RtcMachine.Century]];

    private static int[] Describe(int control, DateTime time) =>
    [
        Encode(control, time.Second), Encode(control, time.Minute), EncodeHour(control, time.Hour),
        Encode(control, (int)time.DayOfWeek + 1), Encode(control, time.Day), Encode(control, time.Month),
        Encode(control, time.Year % 100), Encode(control, time.Year / 100),
    ];

    // "h" is the hour of DateTime's own twelve-hour clock.
    private static int EncodeHour(int control, int hour)
    {
        if ((control & RtcMachine.Hours24) != 0)
        {
            return Encode(control, hour);
        }

        string shown = epoch.AddHours(hour).ToString("%h", CultureInfo.InvariantCulture);
        return Encode(control, int.Parse(shown, CultureInfo.InvariantCulture)) | (hour >= 12 ? 0x80 : 0);
    }

    private static int Encode(int control, int value) => (control & RtcMachine.Binary) != 0
        ? value
        : int.Parse(value.ToString(CultureInfo.InvariantCulture), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static void RunAlarm(int[] program, RtcDefect defect)
    {
        if (program.Length < 5)
        {
            return;
        }

        int control = controls[program[0] % 4];
        int second = program[1] % SecondsPerDay;
        using var machine = new RtcMachine(defect);
        WriteAnew(machine, control, epoch.AddSeconds(second));
        int hour = AlarmByte(control, program[2], 24);
        int minute = AlarmByte(control, program[3], 60);
        int wanted = AlarmByte(control, program[4], 60);
        machine.SetAlarm(hour, minute, wanted);
        machine[RtcMachine.B] = control | RtcMachine.Alarm;

        bool[] hours = [.. Enumerable.Range(0, 24).Select(value => Matches(hour, EncodeHour(control, value)))];
        bool[] minutes = [.. Enumerable.Range(0, 60).Select(value => Matches(minute, Encode(control, value)))];
        bool[] seconds = [.. Enumerable.Range(0, 60).Select(value => Matches(wanted, Encode(control, value)))];
        int passed = 1;
        while (passed <= SecondsPerDay && !IsAlarm((second + passed) % SecondsPerDay))
        {
            passed++;
        }

        ulong expected = passed > SecondsPerDay
            ? MachineClock.Never
            : frequency.TimeOf(((ulong)passed * TicksPerSecond) + UpdateTicks);
        Assert.Equal(expected, machine.Clock.NextEventNanoseconds);

        bool IsAlarm(int time) => hours[time / 3600] && minutes[time / 60 % 60] && seconds[time % 60];
    }

    private static int AlarmByte(int control, int choice, int modulus) => (choice & 3) switch
    {
        0 => 0xc0 | ((choice >> 2) & 0x3f),
        1 => (choice >> 2) & 0xff,
        _ when modulus == 24 => EncodeHour(control, (choice >> 2) % 24),
        _ => Encode(control, (choice >> 2) % modulus),
    };

    private static bool Matches(int wanted, int time) => wanted >= 0xc0 || wanted == time;

    private static void RunTicks(int[] program, RtcDefect defect)
    {
        using var machine = new RtcMachine(defect);
        var naive = new NaiveRtc();
        machine[RtcMachine.B] = RtcMachine.Binary | RtcMachine.Hours24;
        naive.WriteControl(RtcMachine.Binary | RtcMachine.Hours24);
        machine.SetAlarm(0xbf, 0xbf, 0xbf);
        machine.SetTime(0x1400, 1, 1, 0, 0, 0);
        ulong ticks = 0;
        Advance(naive, ref ticks, machine);
        foreach (int step in program)
        {
            Do(machine, naive, step);
            Advance(naive, ref ticks, machine);
            Assert.Equal(naive.IsHigh, machine.Lines.IsHigh);
            Assert.Equal(naive.IsUpdating, machine.IsUpdating);
            Assert.Equal(naive.Seconds % 60, machine[0]);
        }
    }

    // Steps in time often end near an update, where most of the rules are.
    private static void Do(RtcMachine machine, NaiveRtc naive, int step)
    {
        int argument = step >> 3;
        switch (step & 7)
        {
            case 0:
                int divider = (argument & 3) == 0 ? (argument >> 2) & 0x7f : 0x20 | ((argument >> 2) & 0xf);
                machine[RtcMachine.A] = divider;
                naive.WriteDivider(divider);
                break;
            case 1 or 2:
                int control = (argument & 0x70) | ((argument & 0x300) == 0 ? 0x80 : 0) | 0x06;
                machine[RtcMachine.B] = control;
                naive.WriteControl(control);
                break;
            case 3:
                Assert.Equal(naive.ReadFlags(), machine[RtcMachine.C]);
                break;
            case 4:
                machine.Advance((ulong)argument * 100);
                break;
            case 5 or 6:
                ulong half = RtcMachine.Second / 2;
                ulong edge = (machine.Clock.NowNanoseconds / half * half) + half;
                machine.AdvanceTo(edge - (400 * RtcMachine.Microsecond) + ((ulong)argument % 3000 * RtcMachine.Microsecond));
                break;
            default:
                machine.Advance((ulong)argument % 3000 * RtcMachine.Microsecond);
                break;
        }
    }

    private static void Advance(NaiveRtc naive, ref ulong ticks, RtcMachine machine)
    {
        ulong now = frequency.TicksAt(machine.Clock.NowNanoseconds);
        for (; ticks < now; ticks++)
        {
            naive.Tick();
        }
    }
}
