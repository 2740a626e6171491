// Interrupt lines that remember what was done to them, in the place of a controller. Each line is seen by itself, so that a
// device which drives a wrong one is found out.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Tests.Recorders;

/// <summary>Records level and edges of 32 lines.</summary>
internal sealed class LineRecorder : IInterruptLines
{
    internal const int LineCount = 32;

    private readonly bool[] isHigh = new bool[LineCount];
    private readonly int[] rises = new int[LineCount];
    private readonly int[] falls = new int[LineCount];

    /// <summary>Number of rises of all lines.</summary>
    internal int AllRises => rises.Sum();

    public void Drive(int line, bool isHigh)
    {
        rises[line] += isHigh && !this.isHigh[line] ? 1 : 0;
        falls[line] += !isHigh && this.isHigh[line] ? 1 : 0;
        this.isHigh[line] = isHigh;
    }

    internal bool IsHigh(int line) => isHigh[line];

    internal int Rises(int line) => rises[line];

    internal int Falls(int line) => falls[line];
}
