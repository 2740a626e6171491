// Rules of interrupts: the update-ended, alarm and periodic flags, register C, and the line.

using Managarm.Perf.Hardware.Rtcs;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Rtcs.RtcMachine;

namespace Managarm.Perf.Hardware.Tests.Rtcs;

/// <summary>Rules of flags and interrupts.</summary>
internal static class RtcInterruptRules
{
    private const string AlarmSection = "Alarm interrupt";
    private const string PeriodicSection = "Periodic interrupt selection";
    private const string RegisterC = "Register C";

    internal static void AddTo(RuleBook<RtcDefect> book)
    {
        AddUpdateEnded(book);
        AddAlarm(book);
        AddDontCare(book);
        AddPeriodic(book);
        AddPeriodicEdges(book);
        AddFlags(book);
        AddLine(book);
    }

    private static void AddUpdateEnded(RuleBook<RtcDefect> book)
    {
        book.Add("an update that ends sets UF", "UF is set at the end of each update, when the new time can be read.",
            "Update cycle", RtcDefect.UpdateFlagIgnored, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = UpdateEnded | Hours24;
                machine.AdvanceTo(Second + (1980 * Microsecond));
                Assert.False(machine.Lines.IsHigh);
                machine.AdvanceTo(Second + (1985 * Microsecond));
                Assert.True(machine.Lines.IsHigh);
                Assert.Equal(1, machine[0]);
                Assert.Equal(0x80 | UpdateEnded, machine[C] & 0x90);
            });
        book.Add("UF needs no enable", "UF is set whether UIE is or not, and does not interrupt then.",
            "Interrupts", RtcDefect.UpdateFlagNeedsEnable, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.Seconds(1);
                Assert.False(machine.Lines.IsHigh);
                Assert.Equal(UpdateEnded, machine[C] & 0x90);
            });
    }

    private static void AddAlarm(RuleBook<RtcDefect> book)
    {
        book.Add("the alarm compares the hour", "The alarm comes when hour, minute and second are those of the alarm bytes.",
            AlarmSection, RtcDefect.AlarmIgnoresHour, defect => CheckAlarm(defect, 0x13, 0x10, 0x05, 0x13, 0x10, 0x04, 1));
        book.Add("the alarm compares the second", "The alarm comes at its second.",
            AlarmSection, RtcDefect.AlarmIgnoresSecond, defect => CheckAlarm(defect, 0x13, 0x10, 0x50, 0x13, 0x09, 0x59, 51));
        book.Add("AF needs no enable", "AF is set whether AIE is or not, and does not interrupt then.",
            "Interrupts", RtcDefect.AlarmNeedsEnable, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.SetAlarm(0x00, 0x00, 0x02);
                machine.Seconds(1);
                Assert.Equal(0, machine[C] & Alarm);
                machine.Seconds(1);
                Assert.False(machine.Lines.IsHigh);
                Assert.Equal(Alarm, machine[C] & (0x80 | Alarm));
            });
    }

    private static void AddDontCare(RuleBook<RtcDefect> book)
    {
        book.Add("don't-care codes",
            "0xff in the hour makes an alarm each hour, in hour and minute each minute, in all each second.",
            AlarmSection, RtcDefect.DontCareIgnored, defect =>
            {
                CheckAlarm(defect, 0xff, 0x10, 0x05, 0x14, 0x10, 0x04, 1);
                CheckAlarm(defect, 0xff, 0xff, 0x05, 0x14, 0x10, 0x06, 59);
                CheckAlarm(defect, 0xff, 0xff, 0xff, 0x14, 0x10, 0x06, 1);
                CheckAlarm(defect, 0xff, 0x10, 0x05, 0x14, 0x10, 0x05, 3600);
            });
        book.Add("64 don't-care codes", "Every value from 0xc0 to 0xff is a don't-care code.",
            AlarmSection, RtcDefect.DontCareIsOneCode, defect =>
            {
                CheckAlarm(defect, 0xc0, 0x10, 0x05, 0x14, 0x10, 0x04, 1);
                CheckAlarm(defect, 0xd5, 0xc0, 0x05, 0x14, 0x10, 0x06, 59);
            });
    }

    private static void AddPeriodic(RuleBook<RtcDefect> book)
    {
        book.Add("rates 1 and 2 are 256 and 128 Hz", "The two fastest codes repeat those of 8 and 9.",
            PeriodicSection, RtcDefect.FirstRatesAreFast, defect =>
            {
                CheckRate(defect, 1, 256);
                CheckRate(defect, 2, 128);
            });
        book.Add("rates 3 to 15 are 8192 to 2 Hz", "The frequency is 32768 >> (rate - 1).",
            PeriodicSection, RtcDefect.RatesAreHalved, defect =>
            {
                for (int rate = 3; rate <= 15; rate++)
                {
                    CheckRate(defect, rate, 32_768 >> (rate - 1));
                }
            });
        book.Add("rate 0 is none", "Without a rate there are no periodic edges.",
            PeriodicSection, RtcDefect.RateZeroIsARate, defect => CheckRate(defect, 0, 0));
    }

    private static void AddPeriodicEdges(RuleBook<RtcDefect> book)
    {
        book.Add("PF needs no enable", "PF is set by each edge of the rate, whether PIE is or not.",
            "Interrupts", RtcDefect.PeriodicFlagNeedsEnable, defect =>
            {
                using var machine = new RtcMachine(defect);
                Assert.Equal(Periodic, machine[C] & (0x80 | Periodic));
                Assert.Equal(0, machine[C]);
                machine.Advance(Millisecond);
                Assert.Equal(Periodic, machine[C]);
            });
        book.Add("periodic edges avoid the update", "From an edge to the update are half a period and 244 microseconds.",
            "Update cycle (figure)", RtcDefect.PeriodicMeetsUpdate, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[A] = 0x2f;
                machine.AdvanceTo(750 * Millisecond);
                Assert.Equal(Periodic, machine[C] & Periodic);
                machine[B] = Periodic | Hours24;
                machine.AdvanceTo((1249 * Millisecond) + (740 * Microsecond));
                Assert.False(machine.Lines.IsHigh);
                machine.AdvanceTo((1249 * Millisecond) + (770 * Microsecond));
                Assert.True(machine.Lines.IsHigh);
            });
    }

    private static void AddFlags(RuleBook<RtcDefect> book)
    {
        book.Add(
            "reading C clears it", "A read of register C clears all its flags.", RegisterC, RtcDefect.ReadKeepsFlags, defect =>
        {
            using var machine = new RtcMachine(defect);
            machine.Seconds(1);
            Assert.NotEqual(0, machine[C]);
            Assert.Equal(0, machine[C]);
        });
        book.Add("flags without enable are cleared too", "A read clears the flags whose interrupts are disabled as well.",
            RegisterC, RtcDefect.ReadClearsEnabledOnly, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = Periodic | Hours24;
                machine.Seconds(1);
                Assert.Equal(0xf0 & ~Alarm, machine[C] & ~Alarm);
                Assert.Equal(0, machine[C]);
            });
        book.Add("register C cannot be written", "Writes to register C have no effect.", RegisterC,
            RtcDefect.FlagsAreWritable, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.Seconds(1);
                int flags = machine[C];
                machine.Seconds(1);
                machine[C] = 0;
                Assert.Equal(flags, machine[C]);
            });
        book.Add("IRQF sums up", "IRQF is set while some flag is set together with its enable.",
            RegisterC, RtcDefect.SummaryIgnoresEnable, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = Alarm | Hours24;
                machine.SetAlarm(0x23, 0x00, 0x00);
                machine.Seconds(1);
                Assert.Equal(Periodic | UpdateEnded, machine[C]);
                machine[B] = UpdateEnded | Hours24;
                machine.Seconds(1);
                Assert.Equal(0x80 | Periodic | UpdateEnded, machine[C]);
            });
    }

    private static void AddLine(RuleBook<RtcDefect> book)
    {
        book.Add("reading C lowers the line", "The line falls when register C is read.", RegisterC,
            RtcDefect.ReadKeepsLine, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = UpdateEnded | Hours24;
                machine.Seconds(1);
                Assert.True(machine.Lines.IsHigh);
                Assert.NotEqual(0, machine[C] & 0x80);
                Assert.False(machine.Lines.IsHigh);
                machine.Seconds(1);
                Assert.True(machine.Lines.IsHigh);
            });
        book.Add("the line stays until C is read", "However many events come, the line is high from the first until the read.",
            RegisterC, RtcDefect.LineIsPulse, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = UpdateEnded | Periodic | Hours24;
                machine.Seconds(5);
                Assert.True(machine.Lines.IsHigh);
                Assert.Equal(1, machine.Lines.Rises);
            });
        book.Add("enabling late interrupts at once", "A flag that is set already interrupts when its enable bit is set.",
            "Interrupts", RtcDefect.EnableComesLate, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.Seconds(1);
                machine[B] = UpdateEnded | Hours24;
                Assert.True(machine.Lines.IsHigh);
            });
        book.Add("disabling lowers the line", "The line falls when the enable bit is cleared, and the flag stays.",
            "Interrupts", RtcDefect.DisableKeepsLine, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = UpdateEnded | Hours24;
                machine.Seconds(1);
                machine[B] = Hours24;
                Assert.False(machine.Lines.IsHigh);
                Assert.Equal(UpdateEnded, machine[C] & UpdateEnded);
            });
    }

    /// <summary>The alarm interrupt comes the given seconds after the time, and not a second before.</summary>
    private static void CheckAlarm(
        RtcDefect defect, int alarmHour, int alarmMinute, int alarmSecond, int hour, int minute, int second, int seconds)
    {
        using var machine = new RtcMachine(defect);
        machine.SetTime(0x2021, 0x03, 0x05, alarmHour < 0x24 ? 0x12 : hour, minute, second);
        machine.SetAlarm(alarmHour, alarmMinute, alarmSecond);
        _ = machine[C];
        machine[B] = Alarm | Hours24;
        machine.Seconds(alarmHour < 0x24 ? 3600 + seconds - 1 : seconds - 1);
        Assert.False(machine.Lines.IsHigh);
        machine.Seconds(1);
        Assert.True(machine.Lines.IsHigh);
        Assert.Equal(0x80 | Alarm, machine[C] & (0x80 | Alarm));
    }

    private static void CheckRate(RtcDefect defect, int rate, int perSecond)
    {
        using var machine = new RtcMachine(defect);
        machine[A] = 0x20 | rate;
        _ = machine[C];
        machine[B] = Periodic | Hours24;
        ulong end = machine.Clock.NowNanoseconds + (2 * Second);
        int count = 0;
        while (machine.Clock.NextEventNanoseconds <= end && count <= 4 * perSecond)
        {
            machine.AdvanceTo(machine.Clock.NextEventNanoseconds);
            Assert.NotEqual(0, machine[C] & Periodic);
            count++;
        }

        Assert.Equal(2 * perSecond, count);
    }
}
