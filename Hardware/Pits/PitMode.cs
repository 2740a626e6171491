// The six modes of a counter. The control word has three bits for them; of the two values that are left, the highest bit of the
// three does not count.

namespace Managarm.Perf.Hardware;

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
