// The clock as it lies in the arena. The time is kept in its registers, as in the chip; the divider is kept as the tick at which
// it was last started, so that nothing has to happen for it to go on.

namespace Managarm.Perf.Hardware.Rtcs;

/// <summary>State of the clock, as it was at <see cref="Tick"/>.</summary>
internal unsafe struct RtcState
{
    /// <summary>Tick of the 32768 Hz clock that the state is of.</summary>
    public ulong Tick;

    /// <summary>Tick at which the divider was zero.</summary>
    public ulong DividerZeroTick;

    /// <summary>Updates since the divider was zero that are done, or will not be.</summary>
    public ulong SettledUpdates;

    /// <summary>When the clock may raise its line, in nanoseconds of the machine.</summary>
    public ulong NextEventNanoseconds;

    /// <summary>All bytes behind the index port.</summary>
    public fixed byte Bytes[RtcRegister.Count];

    /// <summary>Byte that the data port is for.</summary>
    public byte Index;

    /// <summary>NMI is masked.</summary>
    public bool IsNmiMasked;

    /// <summary>The line is high.</summary>
    public bool IsLineHigh;
}
