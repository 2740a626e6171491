// The clock of the kernel: the time stamp counter, scaled by the frequency that calibration has found (thor, arch/x86/tsc). A
// tick of the model is a millisecond of the machine; the origin is when calibration ended, so that runs begin at tick 0.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Time as the kernel reads it.</summary>
public sealed unsafe class KernelClock
{
    /// <summary>Nanoseconds in a tick of the model.</summary>
    public const ulong NanosecondsPerTick = 1_000_000;

    private readonly Machine machine;
    private readonly KernelClockState* state;

    internal KernelClock(Machine machine, Arena arena)
    {
        this.machine = machine;
        state = arena.ReserveHot<KernelClockState>(1);
    }

    /// <summary>Whole ticks since the origin.</summary>
    public long NowTicks => (long)(NowNanoseconds / NanosecondsPerTick);

    /// <summary>Nanoseconds since the origin, by the counter of the boot processor.</summary>
    public ulong NowNanoseconds => state->Tsc.NanosecondsOf(machine.ReadTsc(0)) - state->OriginNanoseconds;

    /// <summary>Whether some device will act when time passes.</summary>
    public bool HasEvent => machine.Clock.NextEventNanoseconds != MachineClock.Never;

    internal void Start(Calibration calibration)
    {
        state->Tsc = calibration;
        state->OriginNanoseconds = calibration.NanosecondsOf(machine.ReadTsc(0));
    }

    /// <summary>Value of the time stamp counter at a tick.</summary>
    internal ulong TscOf(long ticks) => state->Tsc.CountOf(NanosecondsOf(ticks));

    /// <summary>Time on the scale of calibration at a tick.</summary>
    internal ulong NanosecondsOf(long ticks) => ((ulong)ticks * NanosecondsPerTick) + state->OriginNanoseconds;

    /// <summary>Time until a tick, or 0 when it has passed.</summary>
    internal ulong NanosecondsUntil(long ticks)
    {
        ulong target = (ulong)ticks * NanosecondsPerTick;
        return target > NowNanoseconds ? target - NowNanoseconds : 0;
    }

    internal void PassToNextEvent() => machine.Clock.AdvanceTo(machine.Clock.NextEventNanoseconds);

    internal void Pass(long ticks)
    {
        if (ticks > 0)
        {
            machine.Clock.AdvanceBy((ulong)ticks * NanosecondsPerTick);
        }
    }
}

/// <summary>State of the clock.</summary>
internal struct KernelClockState
{
    public Calibration Tsc;
    public ulong OriginNanoseconds;
}
