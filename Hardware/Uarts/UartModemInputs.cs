// The wires that come from a modem. The values are those of the modem status register; true means asserted, which is a low
// voltage at the pin of the chip.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>Inputs from a modem.</summary>
/// <remarks>PC16550D, modem status register.</remarks>
[Flags]
public enum UartModemInputs : byte
{
    /// <summary>None asserted, as without a cable.</summary>
    None = 0,

    /// <summary>Clear to send.</summary>
    ClearToSend = 0x10,

    /// <summary>Data set ready.</summary>
    DataSetReady = 0x20,

    /// <summary>Ring indicator.</summary>
    Ring = 0x40,

    /// <summary>Data carrier detect.</summary>
    CarrierDetect = 0x80,
}
