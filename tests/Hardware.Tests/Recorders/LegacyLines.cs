// Interrupt lines that remember what was done to them, in the place of a controller, for the timers that drive one line each.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Tests.Recorders;

/// <summary>Records the level and the edges of one line.</summary>
internal sealed class LegacyLines(int expectedLine) : IInterruptLines
{
    internal bool IsHigh { get; private set; }

    internal int Rises { get; private set; }

    internal int Falls { get; private set; }

    public void Drive(int line, bool isHigh)
    {
        if (line != expectedLine)
        {
            Assert.Fail("another line was driven");
        }

        Rises += isHigh && !IsHigh ? 1 : 0;
        Falls += !isHigh && IsHigh ? 1 : 0;
        IsHigh = isHigh;
    }
}
