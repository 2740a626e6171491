// The divider, the update cycle and the flags of the clock, one tick of 32768 Hz at a time, written down from the data sheet. Of
// the time it counts seconds only; the calendar is held against DateTime elsewhere.

namespace Managarm.Perf.Hardware.Tests.Rtcs;

/// <summary>Reference for the course of one clock.</summary>
internal sealed class NaiveRtc
{
    private const int SecondTicks = 32_768;
    private const int WarningTicks = 8;
    private const int UpdateTicks = 65;

    private int divider;
    private int untilEdge = EdgeAfterStart(0, 6);
    private int rate = 6;
    private int updateLeft;
    private bool isRunning = true;

    internal int Seconds { get; private set; }

    internal int Control { get; private set; } = 0x02;

    internal int Flags { get; private set; }

    internal bool IsHigh => (Flags & Control & 0x70) != 0;

    internal bool IsUpdating => isRunning && !IsSet && (updateLeft > 0 || divider >= SecondTicks - WarningTicks);

    private bool IsSet => (Control & 0x80) != 0;

    internal void WriteDivider(int value)
    {
        bool runs = (value & 0x70) == 0x20;
        if (runs && !isRunning)
        {
            divider = SecondTicks / 2;
            updateLeft = 0;
        }

        isRunning = runs;
        rate = value & 0xf;
        untilEdge = EdgeAfterStart(divider, rate);
    }

    internal void WriteControl(int value)
    {
        bool rises = (value & 0x80) != 0 && !IsSet;
        Control = rises ? value & ~0x10 : value;
        updateLeft = IsSet ? 0 : updateLeft;
    }

    internal int ReadFlags()
    {
        int value = Flags | (IsHigh ? 0x80 : 0);
        Flags = 0;
        return value;
    }

    internal void Tick()
    {
        if (!isRunning)
        {
            return;
        }

        if (updateLeft > 0 && --updateLeft == 0)
        {
            Seconds++;
            Flags |= 0x10;
        }

        divider++;
        if (divider == SecondTicks)
        {
            divider = 0;
            updateLeft = IsSet ? 0 : UpdateTicks;
        }

        if (rate != 0 && --untilEdge == 0)
        {
            untilEdge = PeriodOf(rate);
            Flags |= 0x40;
        }
    }

    private static int PeriodOf(int rate) => rate switch
    {
        1 => 128,
        2 => 256,
        _ => SecondTicks / (32_768 >> (rate - 1)),
    };

    // The last edge before an update is half a period and 8 ticks ahead of it.
    private static int EdgeAfterStart(int divider, int rate)
    {
        if (rate == 0)
        {
            return 0;
        }

        int period = PeriodOf(rate);
        int edge = SecondTicks - (period / 2) - WarningTicks;
        while (edge - period > divider)
        {
            edge -= period;
        }

        while (edge <= divider)
        {
            edge += period;
        }

        return edge - divider;
    }
}
