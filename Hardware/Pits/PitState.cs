// What the timer keeps besides its counters: the bits of port 0x61 that can be written, and when the clock of the machine has
// to stop for channel 0, so that asking for it costs nothing.

namespace Managarm.Perf.Hardware;

/// <summary>State of the interval timer besides its counters.</summary>
internal struct PitState
{
    /// <summary>When channel 0 does something, in nanoseconds of the machine.</summary>
    public ulong NextEventNanoseconds;

    /// <summary>Writable bits of port 0x61.</summary>
    public byte ControlPort;

    /// <summary>The level that the line of channel 0 was given last.</summary>
    public bool IsLineHigh;
}
