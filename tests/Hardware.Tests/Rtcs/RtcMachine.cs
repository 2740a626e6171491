// A clock in an arena of its own with a driver's way to read and set it. Tests begin 100 ms after power-on, so that a whole
// number of seconds later the clock is in the middle between two updates again.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Rtcs;
using Managarm.Perf.Hardware.Tests.Recorders;

namespace Managarm.Perf.Hardware.Tests.Rtcs;

/// <summary>The clock under test. Its first update ends 1.002 s after power-on.</summary>
internal sealed class RtcMachine : IDisposable
{
    internal const int A = 0x0a;
    internal const int B = 0x0b;
    internal const int C = 0x0c;
    internal const int D = 0x0d;
    internal const int Century = 0x32;
    internal const int Updating = 0x80;
    internal const int Set = 0x80;
    internal const int Periodic = 0x40;
    internal const int Alarm = 0x20;
    internal const int UpdateEnded = 0x10;
    internal const int Binary = 0x04;
    internal const int Hours24 = 0x02;
    internal const int Running = 0x26;
    internal const ulong Second = 1_000_000_000;
    internal const ulong Millisecond = 1_000_000;
    internal const ulong Microsecond = 1000;

    private const ulong StartNanoseconds = 100 * Millisecond;

    private readonly Arena arena = new(0);

    internal RtcMachine(RtcDefect defect = default, ulong unixSeconds = 951_782_400)
    {
        Clock = new(arena);
        Rtc = new(arena, Clock, Lines, unixSeconds, defect);
        arena.Seal();
        Clock.AdvanceTo(StartNanoseconds);
    }

    internal MachineClock Clock { get; }

    internal Rtc Rtc { get; }

    internal LegacyLines Lines { get; } = new(Rtc.Line);

    /// <summary>All time registers as they read: date, time, and day of the week.</summary>
    internal string Time =>
        $"{this[Century]:x2}{this[9]:x2}-{this[8]:x2}-{this[7]:x2} {this[4]:x2}:{this[2]:x2}:{this[0]:x2} {this[6]:x2}";

    internal bool IsUpdating => (this[A] & Updating) != 0;

    internal int this[int index]
    {
        get
        {
            Rtc.WritePort(Rtc.IndexPort, (byte)index);
            return Rtc.ReadPort(Rtc.DataPort);
        }

        set
        {
            Rtc.WritePort(Rtc.IndexPort, (byte)index);
            Rtc.WritePort(Rtc.DataPort, (byte)value);
        }
    }

    public void Dispose() => arena.Dispose();

    internal void Advance(ulong nanoseconds) => Clock.AdvanceBy(nanoseconds);

    internal void Seconds(int seconds) => Clock.AdvanceBy((ulong)seconds * Second);

    /// <summary>To a time after power-on.</summary>
    internal void AdvanceTo(ulong nanoseconds) => Clock.AdvanceTo(nanoseconds);

    /// <summary>Sets the clock under SET; values as they are written to the registers.</summary>
    internal void SetTime(int year, int month, int day, int hour, int minute, int second, int weekday = 1)
    {
        int control = this[B];
        this[B] = control | Set;
        ReadOnlySpan<int> values = [second, minute, hour, weekday, day, month, year & 0xff];
        ReadOnlySpan<int> places = [0, 2, 4, 6, 7, 8, 9];
        for (int index = 0; index < values.Length; index++)
        {
            this[places[index]] = values[index];
        }

        this[Century] = year >> 8;
        this[B] = control;
    }

    internal void SetAlarm(int hour, int minute, int second)
    {
        this[5] = hour;
        this[3] = minute;
        this[1] = second;
    }
}
