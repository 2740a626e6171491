// What the timer keeps besides its counters: the bits of port 0x61 that can be written, and when the clock of the machine has
// to stop for channel 0, so that asking for it costs nothing.

namespace Managarm.Perf.Hardware.Pits;

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

// The six modes of a counter. The control word has three bits for them; of the two values that are left, the highest bit of the
// three does not count.
/// <summary>Mode of a counter.</summary>
/// <remarks>Intel 8254, Mode definitions.</remarks>
internal enum PitMode : byte
{
    /// <summary>The output rises at the end of the count.</summary>
    TerminalCount = 0,

    /// <summary>The gate starts a low pulse as long as the count.</summary>
    OneShot = 1,

    /// <summary>The output is low for the last tick of each period.</summary>
    RateGenerator = 2,

    /// <summary>The output is high for half of the period.</summary>
    SquareWave = 3,

    /// <summary>A count that ends gives a low strobe.</summary>
    SoftwareStrobe = 4,

    /// <summary>A count that the gate starts gives a low strobe.</summary>
    HardwareStrobe = 5,
}
