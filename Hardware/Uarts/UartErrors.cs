// What the wire can do to a character. The values are those of the line status register, so that a character and its errors can
// lie side by side in the FIFO and be shown without a table.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>What was wrong with a character that came in.</summary>
/// <remarks>PC16550D, line status register.</remarks>
[Flags]
public enum UartErrors : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Parity error.</summary>
    Parity = 0x04,

    /// <summary>Framing error: no stop bit.</summary>
    Framing = 0x08,

    /// <summary>Break: the wire was low for a whole character.</summary>
    Break = 0x10,
}
