// The counting timer of a local APIC nanosecond by nanosecond: at each tick of its clock a divider counts, and when the
// divider is full the count goes down by one. It is the reference for the model, which computes the count from two times.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>A timer that counts.</summary>
internal sealed class NaiveLocalApicTimer(Frequency frequency)
{
    private static readonly int[] divisors = [2, 4, 8, 16, 0, 0, 0, 0, 32, 64, 128, 1];

    private ulong nowNanoseconds;
    private uint divider;
    private int divisor = 2;

    internal uint Initial { get; private set; }

    internal uint Current { get; private set; }

    internal bool IsPeriodic { get; set; }

    internal bool IsMasked { get; set; }

    internal bool HasRequest { get; set; }

    internal void WriteInitial(uint count)
    {
        Initial = count;
        Current = count;
        divider = 0;
    }

    internal void WriteDivide(uint configuration)
    {
        divisor = divisors[configuration];
        divider = 0;
    }

    internal void Advance(ulong nanoseconds)
    {
        for (ulong step = 0; step < nanoseconds; step++)
        {
            ulong before = frequency.TicksAt(nowNanoseconds++);
            for (ulong tick = before; tick < frequency.TicksAt(nowNanoseconds); tick++)
            {
                Tick();
            }
        }
    }

    private void Tick()
    {
        if (Current == 0 || ++divider < divisor)
        {
            return;
        }

        divider = 0;
        if (--Current == 0)
        {
            HasRequest |= !IsMasked;
            Current = IsPeriodic ? Initial : 0;
        }
    }
}
